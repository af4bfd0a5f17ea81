//! Tests of the stage as a whole: files in, rows and findings out.
