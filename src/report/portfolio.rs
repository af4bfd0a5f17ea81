//! The workbook of all tenants.
