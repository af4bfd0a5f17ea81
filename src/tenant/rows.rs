//! What single rows say of devices and permissions.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher as _};

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::identity::{folded, join_key};
use super::{Device, Grants, Permission, Text};
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
        let text = |field| Text::from(row.get(field));
        let bits = [
            Field::Read,
            Field::Update,
            Field::Create,
            Field::Delete,
            Field::Correct,
            Field::Invoke,
        ];
        let (mut granted, mut denied) = (0_u8, 0_u8);
        for (bit, field) in bits.into_iter().enumerate() {
            match row.get(field) {
                "allow" => granted |= 1 << bit,
                "deny" => denied |= 1 << bit,
                _ => {}
            }
        }
        if granted == 0 && denied == 0 {
            let columns = bits.iter().any(|&field| batch.column(field).is_some());
            granted = match join_key(row.get(Field::AccessLevel)).as_str() {
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

/// Finds exact repetitions among the rows of a table: the cells as they are
/// compared, each by its number among the folded texts of its column, are one
/// number together.
pub(super) struct RowKeys {
    /// For each column the folded number of each text, and the bits it needs.
    columns: Vec<(Vec<u32>, u32)>,
    /// All bits of a row have room in its key.
    exact: bool,
    seen: Seen,
}

/// The keys met: as short as the bits of a row allow.
enum Seen {
    Short(FxHashSet<u64>),
    Long(FxHashSet<u128>),
}

impl RowKeys {
    pub(super) fn new(batch: &Batch) -> Self {
        let folded_column = |column: usize| {
            let mut known: FxHashMap<Cow<'_, str>, u32> = FxHashMap::default();
            let count = batch.texts(column);
            let mut numbers = Vec::with_capacity(count);
            for number in (0..).take(count) {
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                numbers.push(*known.entry(folded(batch.text(column, number))).or_insert(next));
            }
            let bits = known.len().next_power_of_two().trailing_zeros();
            (numbers, bits)
        };
        let columns: Vec<_> = (0..batch.fields.len()).map(folded_column).collect();
        let bits: u32 = columns.iter().map(|(_, bits)| bits).sum();
        let rows = batch.len();
        let seen = if bits <= u64::BITS {
            Seen::Short(FxHashSet::with_capacity_and_hasher(rows, FxBuildHasher))
        } else {
            Seen::Long(FxHashSet::with_capacity_and_hasher(rows, FxBuildHasher))
        };
        Self { columns, exact: bits <= u128::BITS, seen }
    }

    /// Whether no row before was equal to this one.
    pub(super) fn is_new(&mut self, row: &Row<'_>) -> bool {
        let key = self.of(row);
        match &mut self.seen {
            // Every key is one of 64 bits here.
            Seen::Short(seen) => u64::try_from(key).map_or(true, |key| seen.insert(key)),
            Seen::Long(seen) => seen.insert(key),
        }
    }

    /// The key of a row. Where a row has too many bits, 128 bits of a hash
    /// stand for it: two rows that differ do not have the same in practice.
    fn of(&self, row: &Row<'_>) -> u128 {
        let numbers = self.columns.iter().enumerate().map(|(at, (folded, bits))| {
            (folded.get(row.id(at) as usize).copied().unwrap_or_default(), *bits)
        });
        if self.exact {
            return numbers.fold(0, |key, (number, bits)| {
                key.checked_shl(bits).unwrap_or_default() | u128::from(number)
            });
        }
        let (mut one, mut two) = (DefaultHasher::new(), DefaultHasher::new());
        two.write_u8(1);
        for (number, _) in numbers {
            one.write_u32(number);
            two.write_u32(number);
        }
        u128::from(one.finish()) << u64::BITS | u128::from(two.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::TableKind;

    /// For each row whether it is none of those before.
    fn new(rows: &[&[&str]]) -> (RowKeys, Vec<bool>) {
        let fields = vec![Field::Object; rows[0].len()];
        let heads = vec![String::new(); rows[0].len()];
        let mut batch = Batch::new(TableKind::RolePermissions, String::new(), fields, heads);
        for row in rows {
            batch.push(1, row.iter().copied());
        }
        let mut keys = RowKeys::new(&batch);
        let new = batch.rows().map(|row| keys.is_new(&row)).collect();
        (keys, new)
    }

    #[test]
    fn rows_that_are_compared_equal_are_one_and_others_are_not() {
        let (keys, new) = new(&[&["a", "b"], &["A ", "B"], &["b", "a"], &["", "ab"], &["a", ""]]);
        assert_eq!(new, [true, false, true, true, true]);
        assert!(matches!(keys.seen, Seen::Short(_)));
    }

    #[test]
    fn wide_rows_of_many_texts_are_told_apart_too() {
        for (width, count) in [(3, 1_500), (8, 1_500), (12, 1_500), (7, 700)] {
            let rows: Vec<Vec<String>> = (0..2 * count)
                .map(|row: usize| {
                    (0..width).map(|at| format!("{}", (row + at * 7) % count)).collect()
                })
                .collect();
            let texts: Vec<Vec<&str>> =
                rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
            let (keys, new) = new(&rows);
            assert!(new[..count].iter().all(|&new| new) && new[count..].iter().all(|&new| !new));
            match width {
                3 => assert!(matches!(keys.seen, Seen::Short(_))),
                12 => assert!(!keys.exact),
                _ => assert!(keys.exact && matches!(keys.seen, Seen::Long(_))),
            }
        }
    }
}
