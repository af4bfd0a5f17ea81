//! Editions as files: what is refused, what differs, what the schema says.
