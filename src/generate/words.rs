//! Words that made-up things are put together from.
//!
//! Every character is in Windows-1252 too, because some files are written in
//! it. The people do not exist.

pub(super) const FIRST: [&str; 48] = [
    "Ada", "Adrián", "Agnes", "Aino", "Amélie", "Anders", "Beatriz", "Bjørn", "Carla", "Chidi",
    "Claire", "Dagmar", "Diego", "Eero", "Elena", "Émile", "Farid", "Freja", "Giulia", "Gustav",
    "Hana", "Henrik", "Ines", "Ivo", "Jana", "João", "Karin", "Kofi", "Leila", "Liam", "Lucía",
    "Mads", "Maren", "Mei", "Nils", "Noor", "Oskar", "Paula", "Priya", "Ravi", "Rosa", "Samir",
    "Søren", "Tamar", "Ulla", "Viktor", "Yara", "Zoë",
];

pub(super) const LAST: [&str; 64] = [
    "Abbott",
    "Åberg",
    "Almeida",
    "Bauer",
    "Becker",
    "Bergström",
    "Bianchi",
    "Castro",
    "Conti",
    "Da Silva",
    "Dubois",
    "Eriksen",
    "Farkas",
    "Fernández",
    "Fischer",
    "Fontaine",
    "García",
    "Grønn",
    "Gruber",
    "Haddad",
    "Hansen",
    "Hartmann",
    "Ibáñez",
    "Ito",
    "Jansen",
    "Jovanovic",
    "Kaya",
    "Keller",
    "Kovacs",
    "Kumar",
    "Lambert",
    "Lehmann",
    "Lindqvist",
    "Lopes",
    "Marchetti",
    "Martin",
    "Meyer",
    "Mokoena",
    "Moreau",
    "Müller",
    "Nagy",
    "Nakamura",
    "Nielsen",
    "Novak",
    "O'Brien",
    "Okafor",
    "Olsen",
    "Palmer",
    "Pereira",
    "Petit",
    "Quinn",
    "Ramos",
    "Rossi",
    "Schäfer",
    "Sato",
    "Silva",
    "Sørensen",
    "Tanaka",
    "Torres",
    "Ünal",
    "van den Berg",
    "Weber",
    "Yilmaz",
    "Zanetti",
];

pub(super) const PLACES: [&str; 24] = [
    "Alder", "Birch", "Bright", "Cedar", "Clear", "Copper", "East", "Elm", "Fair", "Granite",
    "Green", "Harbour", "Iron", "Lake", "Maple", "Mill", "North", "Oak", "Silver", "Stone",
    "Summer", "West", "Willow", "Winter",
];

pub(super) const ENDS: [&str; 16] = [
    "bridge", "brook", "burn", "dale", "field", "ford", "gate", "ham", "haven", "hill", "moor",
    "point", "ridge", "shore", "water", "wood",
];

pub(super) const TRADES: [&str; 12] = [
    "retail",
    "distribution",
    "manufacturing",
    "foods",
    "logistics",
    "utilities",
    "holding",
    "pharma",
    "services",
    "textiles",
    "engineering",
    "energy",
];

pub(super) const DEPARTMENTS: [&str; 12] = [
    "Accounts payable",
    "Accounts receivable",
    "Controlling",
    "Purchasing",
    "Sales, inside",
    "Sales, field",
    "Warehouse",
    "Production",
    "Quality",
    "Human resources",
    "IT",
    "Service",
];

pub(super) const COUNTRIES: [&str; 10] = [
    "Netherlands",
    "Germany",
    "Sweden",
    "France",
    "Österreich",
    "United Kingdom",
    "Italy",
    "Spain",
    "Denmark",
    "United States",
];

/// Beginnings of menu items.
pub(super) const THINGS: [&str; 24] = [
    "Cust", "Vend", "Ledger", "Bank", "Tax", "Asset", "Budget", "Invent", "Purch", "Sales", "Prod",
    "BOM", "Route", "WHS", "TMS", "Retail", "MCR", "Proj", "Hcm", "Payroll", "Req", "PDS",
    "Kanban", "Trv",
];

/// Ends of menu items.
pub(super) const PAGES: [&str; 16] = [
    "TableListPage",
    "TableDetails",
    "JournalTable",
    "JournalPost",
    "Parameters",
    "TransOpen",
    "Inquiry",
    "Workspace",
    "Setup",
    "Group",
    "Aging",
    "Confirm",
    "Import",
    "Report",
    "Approve",
    "Adjust",
];

/// What a role does.
pub(super) const JOBS: [&str; 8] =
    ["clerk", "manager", "specialist", "supervisor", "analyst", "operator", "agent", "controller"];

/// Identifier and name of the role that every account has; nothing is licensed
/// by it.
pub(super) const EVERYBODY: (&str, &str) = ("SystemUser", "System user");
