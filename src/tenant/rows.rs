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
        Self::without(batch, None)
    }

    /// As [`Self::new`], but a column is not looked at.
    fn without(batch: &Batch, left_out: Option<usize>) -> Self {
        let folded_column = |column: usize| {
            if left_out == Some(column) {
                return (Vec::new(), 0);
            }
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
        let rows = if left_out.is_none() { batch.len() } else { 0 };
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

/// As [`RowKeys`] for rows that are each about a person: equal rows are about
/// the same. As long as nobody comes back after somebody of a higher number, a
/// row need only be told from the others about its person.
pub(super) struct PersonRows<'b> {
    batch: &'b Batch,
    /// The column that names the person.
    user: Option<usize>,
    /// The other columns.
    rest: RowKeys,
    /// The person at hand, and of each row about them the key of the rest and
    /// the number of the name.
    person: Option<u32>,
    rows: Vec<(u128, u32)>,
    /// All rows, once somebody came back.
    all: Option<RowKeys>,
}

impl<'b> PersonRows<'b> {
    /// More rows about one person are not compared one by one.
    const MOST: usize = 64;

    pub(super) fn new(batch: &'b Batch, user: Option<usize>) -> Self {
        let rest = RowKeys::without(batch, user);
        Self { batch, user, rest, person: None, rows: Vec::new(), all: None }
    }

    /// Whether no row before was equal to this one about a person; `None` where
    /// it is about nobody or several. Rows that were not asked about
    /// count as rows before.
    pub(super) fn is_new(&mut self, row: &Row<'_>, person: Option<u32>) -> bool {
        if let Some(all) = &mut self.all {
            return all.is_new(row);
        }
        if person > self.person {
            self.person = person;
            self.rows.clear();
        }
        if person.is_none() || person < self.person || self.rows.len() > Self::MOST {
            let mut all = RowKeys::new(self.batch);
            for row in self.batch.rows().take(row.index()) {
                all.is_new(&row);
            }
            return self.all.insert(all).is_new(row);
        }
        let (rest, user) = (self.rest.of(row), row.text_id(self.user));
        let named = |number| self.user.map_or("", |user| self.batch.text(user, number));
        let equal = |&(other, name): &(u128, u32)| {
            other == rest && (name == user || folded(named(name)) == folded(named(user)))
        };
        let new = !self.rows.iter().any(equal);
        if new {
            self.rows.push((rest, user));
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::TableKind;

    /// Numbers of a small generator.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % most
        }

        fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
            words[self.below(words.len())]
        }
    }

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
    fn rows_of_people_are_told_apart_as_all_rows_are() {
        const NAMES: [&str; 6] = ["ann", "ANN", " ann", "bob", "Bob", "carl"];
        const WORDS: [&str; 4] = ["x", "X", "y", ""];
        let mut dice = Dice(3);
        let mut blocks = 0;
        for turn in 0..3_000 {
            let fields = vec![Field::UserId, Field::RoleId, Field::Status];
            let heads = vec![String::new(); fields.len()];
            let mut batch = Batch::new(TableKind::RoleAssignments, String::new(), fields, heads);
            let mut rows: Vec<[&str; 3]> = (0..=dice.below(12))
                .map(|_| [dice.one(&NAMES), dice.one(&WORDS), dice.one(&WORDS)])
                .collect();
            if turn % 2 == 0 {
                rows.sort_by_key(|[name, ..]| folded(name).into_owned());
            }
            for row in &rows {
                batch.push(1, row.iter().copied());
            }
            let mut all = RowKeys::new(&batch);
            let mut people = PersonRows::new(&batch, Some(0));
            for row in batch.rows() {
                // Rows without a role are not asked about.
                if row.at(1).is_empty() {
                    all.is_new(&row);
                    continue;
                }
                let person = ["ann", "bob", "carl"].iter().position(|p| *p == folded(row.at(0)));
                let person = person.filter(|_| turn % 5 > 0 || row.at(0) != "ann");
                let person = person.and_then(|person| u32::try_from(person).ok());
                assert_eq!(people.is_new(&row, person), all.is_new(&row), "{rows:?}");
            }
            blocks += u32::from(people.all.is_none());
        }
        assert!((1_000..2_500).contains(&blocks), "{blocks}");
    }

    #[test]
    fn many_rows_about_one_person_are_told_apart() {
        let fields = vec![Field::UserId, Field::RoleId];
        let heads = vec![String::new(); fields.len()];
        let mut batch = Batch::new(TableKind::RoleAssignments, String::new(), fields, heads);
        for at in 0..400 {
            batch.push(1, ["ann", &format!("role{}", at % 200)]);
        }
        let mut people = PersonRows::new(&batch, Some(0));
        let new = batch.rows().filter(|row| people.is_new(row, Some(7))).count();
        assert_eq!(new, 200);
        assert!(people.all.is_some());
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
