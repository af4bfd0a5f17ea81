//! What single rows say of devices and permissions.

use std::hash::{DefaultHasher, Hasher as _};

use super::identity::{folded, join_key};
use super::{Device, Grants, Permission};
use crate::intake::{Batch, Field, Row};

impl Device {
    /// Takes over what a second row of the same device says: another kind of
    /// work, what the first left blank, and that it is not dedicated. Returns
    /// whether the row said anything new.
    pub(super) fn fill_from(&mut self, row: &Row<'_>) -> bool {
        let before = self.clone();
        let kind = row.get(Field::Kind);
        if !kind.is_empty() && !words(&self.kind).any(|word| word.eq_ignore_ascii_case(kind)) {
            self.kind =
                if self.kind.is_empty() { kind.into() } else { format!("{}+{kind}", self.kind) };
        }
        for (mine, field) in [
            (&mut self.name, Field::Name),
            (&mut self.login, Field::Login),
            (&mut self.dedicated, Field::Dedicated),
            (&mut self.last_seen, Field::LastSeen),
            (&mut self.location, Field::Location),
        ] {
            if mine.is_empty() {
                row.get(field).clone_into(mine);
            }
        }
        if row.get(Field::Dedicated) == "false" {
            self.dedicated = "false".into();
        }
        *self != before
    }
}

impl Permission {
    pub(super) fn read(batch: &Batch, row: &Row<'_>) -> Self {
        let text = |field| row.get(field).to_owned();
        let bits = [
            Field::Read,
            Field::Update,
            Field::Create,
            Field::Delete,
            Field::Correct,
            Field::Invoke,
        ];
        let (mut granted, mut denied, mut columns) = (0_u8, 0_u8, false);
        for (bit, field) in bits.into_iter().enumerate() {
            columns |= batch.column(field).is_some();
            match row.get(field) {
                "allow" => granted |= 1 << bit,
                "deny" => denied |= 1 << bit,
                _ => {}
            }
        }
        let level = join_key(row.get(Field::AccessLevel));
        if granted == 0 && denied == 0 {
            granted = match level.as_str() {
                "read" | "view" | "1" => Grants::READ.0,
                "" | "notspecified" | "not specified" | "-" if columns => 0,
                // Neither grants nor a level: the row itself is the grant.
                _ => Grants::READ.0 | Grants::WRITE.0,
            };
        }
        Self {
            object: text(Field::Object),
            object_type: text(Field::ObjectType),
            environment: 0,
            child: text(Field::ObjectChild),
            sub_role: text(Field::SubRole),
            duty: text(Field::Duty),
            privilege: text(Field::Privilege),
            granted: Grants(granted),
            denied: Grants(denied),
            license: text(Field::License),
            view: text(Field::ViewLicense),
            maintain: text(Field::MaintainLicense),
            device_kind: text(Field::DeviceKind),
        }
    }
}

/// The words of a joined cell such as `pos+store_manager`.
pub fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['+', ',', ';', '/', '|']).map(str::trim).filter(|word| !word.is_empty())
}

/// A row as one number, to find exact repetitions: 128 bits of its cells as
/// they are compared. Two rows that differ do not have the same in practice,
/// and a table of millions of rows need not be held a second time as text.
/// `text` is room to work in.
pub(super) fn row_key(batch: &Batch, row: &Row<'_>, text: &mut Vec<u8>) -> (u64, u64) {
    text.clear();
    for column in 0..batch.fields.len() {
        text.extend_from_slice(folded(row.at(column)).as_bytes());
        text.push(0xff);
    }
    let (mut one, mut two) = (DefaultHasher::new(), DefaultHasher::new());
    one.write(text);
    two.write_u8(1);
    two.write(text);
    (one.finish(), two.finish())
}
