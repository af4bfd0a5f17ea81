//! Dates as exports write them.
//!
//! `2021-05-23 19:59:00Z` can be read alone, `03/04/2021` cannot. A column
//! with such dates is looked at twice: [`DateColumn`] collects from all its
//! values whether the day or the month comes first, then each value is read
//! with that knowledge. Times are checked and dropped; a date that stands for
//! "none" (1900-01-01 and its kind) is blank.

use super::rows::Epoch;
use super::vocabulary::Vocabulary;

/// What a text says about a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parsed {
    /// Year, month, day.
    Known(u16, u8, u8),
    /// Two numbers of which nobody said which is the month, and the year.
    Open { first: u8, second: u8, year: u16, half_day: bool },
}

/// A date, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateValue {
    /// Year, month, day.
    Date(u16, u8, u8),
    /// Stands for "none".
    Blank,
    /// Day and month cannot be told apart.
    Ambiguous,
    /// No date.
    Invalid,
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    DayFirst,
    MonthFirst,
}

/// What the values of a column show about the order of day and month.
#[derive(Debug, Clone, Default)]
pub(crate) struct DateColumn {
    /// Values whose first number is above 12.
    day_first: u64,
    /// Values whose second number is above 12.
    month_first: u64,
    /// Values with AM or PM, which only one country's notation has.
    half_day: u64,
    /// Values that say nothing.
    pub(crate) open: u64,
}

impl DateColumn {
    /// Takes a value of the column into account.
    pub(crate) fn look_at(&mut self, text: &str, vocabulary: &Vocabulary) {
        if let Some(Parsed::Open { first, second, half_day, .. }) = parse(text, vocabulary) {
            self.half_day += u64::from(half_day);
            match (first > 12, second > 12) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                (false, false) if first != second => self.open += 1,
                _ => {}
            }
        }
    }

    /// Whether any value looked at cannot be read alone.
    pub(crate) fn has_open(&self) -> bool {
        self.day_first + self.month_first + self.half_day + self.open > 0
    }

    /// Adds what another column shows.
    pub(crate) fn add(&mut self, other: &Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }

    /// Takes over the order that other columns of the same export show, if
    /// this one shows none and they agree.
    pub(crate) fn adopt(&mut self, others: &Self) {
        let agree = (others.day_first == 0) != (others.month_first == 0);
        if agree && self.day_first == 0 && self.month_first == 0 {
            self.add(others);
        }
    }

    fn order(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (0, 0) => (self.half_day > 0).then_some(Order::MonthFirst),
            (_, 0) => Some(Order::DayFirst),
            (0, _) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// What had to be assumed or left blank, if anything.
    pub(crate) fn doubt(&self) -> Option<&'static str> {
        if self.open == 0 {
            return None;
        }
        match (self.day_first, self.month_first) {
            (0, 0) if self.half_day > 0 => Some(
                "no value shows whether the day or the month comes first; \
                 taken as month first because times have AM or PM",
            ),
            (0, 0) => Some("no value shows whether the day or the month comes first; left blank"),
            (_, 0) | (0, _) => None,
            _ => Some("some values have the day first, some the month; left blank where both fit"),
        }
    }

    /// Reads a value of the column.
    pub(crate) fn read(
        &self,
        text: &str,
        serial: Option<Epoch>,
        vocabulary: &Vocabulary,
    ) -> DateValue {
        let (year, month, day) = match parse(text, vocabulary) {
            Some(Parsed::Known(year, month, day)) => (year, month, day),
            Some(Parsed::Open { first, second, year, .. }) => {
                let order = match (first > 12, second > 12) {
                    (true, _) => Some(Order::DayFirst),
                    (_, true) => Some(Order::MonthFirst),
                    _ if first == second => Some(Order::DayFirst),
                    _ => self.order(),
                };
                match order {
                    Some(Order::DayFirst) => (year, second, first),
                    Some(Order::MonthFirst) => (year, first, second),
                    None => return DateValue::Ambiguous,
                }
            }
            None => match serial.and_then(|epoch| from_serial(text, epoch)) {
                Some(date) => date,
                None => return DateValue::Invalid,
            },
        };
        if vocabulary.is_sentinel((year, month, day)) {
            DateValue::Blank
        } else if exists(year, month, day) {
            DateValue::Date(year, month, day)
        } else {
            DateValue::Invalid
        }
    }
}

fn exists(year: u16, month: u8, day: u8) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day) && (1..=9999).contains(&year)
}

/// A number between 1954 and 2173 as a serial date of a workbook.
fn from_serial(text: &str, epoch: Epoch) -> Option<(u16, u8, u8)> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let serial: i64 = whole.parse().ok().filter(|serial| (20_000..100_000).contains(serial))?;
    // Days since 1970-01-01.
    let days = match epoch {
        Epoch::Y1900 => serial - 25_569,
        Epoch::Y1904 => serial - 24_107,
    };
    civil(days)
}

/// Year, month and day, given days since 1970-01-01.
pub(crate) fn civil(days: i64) -> Option<(u16, u8, u8)> {
    // Counted in eras of 400 years that begin on 1 March.
    let shifted = days.checked_add(719_468)?;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some((u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

/// Reads the parts of a date; `None` when it is none.
fn parse(text: &str, vocabulary: &Vocabulary) -> Option<Parsed> {
    if let Some((year, month, day)) = canonical(text) {
        return Some(Parsed::Known(year, month, day));
    }
    let text = text.trim();
    let (date, time) = split_time(text);
    let half_day = is_time(time)?;
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Parsed::Known(
            date[..4].parse().ok()?,
            date[4..6].parse().ok()?,
            date[6..].parse().ok()?,
        ));
    }
    let separator = date.chars().find(|c| !c.is_alphanumeric())?;
    if !matches!(separator, '-' | '/' | '.' | ' ') {
        return None;
    }
    let mut parts = date.split(separator);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !digits(three) {
        return None;
    }
    if two.len() >= 3 && separator != '.' {
        // 23-May-2021
        let month =
            vocabulary.month(two).filter(|_| two.bytes().all(|b| b.is_ascii_alphabetic()))?;
        return Some(Parsed::Known(year(three)?, month, small(one)?));
    }
    if one.len() == 4 && digits(one) {
        return Some(Parsed::Known(one.parse().ok()?, small(two)?, small(three)?));
    }
    let (first, second, year) = (small(one)?, small(two)?, year(three)?);
    match separator {
        '.' => Some(Parsed::Known(year, second, first)),
        ' ' => None,
        _ => Some(Parsed::Open { first, second, year, half_day }),
    }
}

/// The parts of `YYYY-MM-DD`, which most columns have, in one look.
fn canonical(text: &str) -> Option<(u16, u8, u8)> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let digit = |at: usize| bytes[at].is_ascii_digit().then_some(bytes[at] & 15);
    let pair = |at: usize| Some(10 * digit(at)? + digit(at + 1)?);
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    Some((100 * u16::from(pair(0)?) + u16::from(pair(2)?), pair(5)?, pair(8)?))
}

/// Writes a date as `YYYY-MM-DD`.
pub(crate) fn write_date((year, month, day): (u16, u8, u8), out: &mut String) {
    let pair = |number: u16, out: &mut String| {
        // Below a hundred, so both are digits.
        for digit in [number / 10 % 10, number % 10] {
            out.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
        }
    };
    if year > 9_999 {
        out.push_str(&(year / 10_000).to_string());
    }
    pair(year / 100 % 100, out);
    pair(year % 100, out);
    out.push('-');
    pair(u16::from(month), out);
    out.push('-');
    pair(u16::from(day), out);
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn small(text: &str) -> Option<u8> {
    (digits(text) && text.len() <= 2).then(|| text.parse().ok())?
}

fn year(text: &str) -> Option<u16> {
    (digits(text) && text.len() == 4).then(|| text.parse().ok())?
}

/// Cuts a date from the time behind it.
fn split_time(text: &str) -> (&str, &str) {
    let begins = |&(at, c): &(usize, char)| {
        (c == 'T' && text[..at].ends_with(|c: char| c.is_ascii_digit()))
            || (c == ' ' && text[at..].contains(':'))
            || c == ','
    };
    let Some((at, _)) = text.char_indices().find(begins) else {
        return (text, "");
    };
    // `23 May 2021 10:00` has blanks inside the date: the time begins at the
    // last blank before the first colon.
    let at = match text.find(':') {
        Some(colon) if text[at..].starts_with(' ') => text[..colon].rfind(' ').unwrap_or(at),
        _ => at,
    };
    (&text[..at], text[at..].trim_start_matches(['T', ',', ' ']))
}

/// Whether a text is a time or nothing; `Some(true)` when it has AM or PM.
fn is_time(text: &str) -> Option<bool> {
    if text.is_empty() {
        return Some(false);
    }
    let upper = text.to_ascii_uppercase();
    let mut clock = upper.as_str();
    let mut half_day = false;
    for mark in ["AM", "PM", "A.M.", "P.M."] {
        if let Some(rest) = clock.strip_suffix(mark) {
            clock = rest.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
            half_day = true;
        }
    }
    let clock = clock.strip_suffix('Z').or_else(|| clock.strip_suffix(" UTC")).unwrap_or(clock);
    let clock = match clock.rfind(['+', '-']) {
        Some(at) if clock[at + 1..].bytes().all(|b| b.is_ascii_digit() || b == b':') => {
            &clock[..at]
        }
        _ => clock,
    };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.trim().split(':').collect();
    let bounds = [24, 59, 60];
    let fits = (2..=3).contains(&parts.len())
        && digits(fraction)
        && parts.iter().zip(bounds).all(|(part, bound)| small(part).is_some_and(|n| n <= bound));
    fits.then_some(half_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(texts: &[&str]) -> Vec<DateValue> {
        let vocabulary = Vocabulary::shipped().unwrap();
        let mut column = DateColumn::default();
        for text in texts {
            column.look_at(text, &vocabulary);
        }
        texts.iter().map(|text| column.read(text, None, &vocabulary)).collect()
    }

    #[test]
    fn dates_are_read_in_every_spelling_seen() {
        for text in [
            "2021-05-23",
            "2021-05-23 19:59:00Z",
            "2021-05-23T00:00:00Z",
            "2021-05-23 06:31:12.0000000",
            "2021-05-23T06:31:12.1234567+02:00",
            "2021-05-23 10:11",
            "2021/05/23",
            "20210523",
            "23.05.2021",
            "23.5.2021 7:59",
            "5/23/2021 7:59:00 PM",
            "5/23/2021 0:00",
            "23/05/2021",
            "23-05-2021",
            "23-May-2021",
            "23 May 2021 10:00",
        ] {
            assert_eq!(read_all(&[text]), [DateValue::Date(2021, 5, 23)], "{text}");
        }
    }

    #[test]
    fn one_telling_value_settles_the_order_of_the_whole_column() {
        assert_eq!(
            read_all(&["03/04/2021", "25/12/2021"]),
            [DateValue::Date(2021, 4, 3), DateValue::Date(2021, 12, 25)]
        );
        assert_eq!(
            read_all(&["03/04/2021", "12/25/2021"]),
            [DateValue::Date(2021, 3, 4), DateValue::Date(2021, 12, 25)]
        );
    }

    #[test]
    fn a_column_that_tells_nothing_is_blank_unless_it_has_am_and_pm() {
        assert_eq!(read_all(&["03/04/2021"]), [DateValue::Ambiguous]);
        assert_eq!(read_all(&["3/4/2021 1:25:31 PM"]), [DateValue::Date(2021, 3, 4)]);
        assert_eq!(read_all(&["4/4/2021"]), [DateValue::Date(2021, 4, 4)]);
    }

    #[test]
    fn a_column_that_contradicts_itself_keeps_only_what_is_plain() {
        assert_eq!(
            read_all(&["25/12/2021", "12/25/2021", "03/04/2021"]),
            [DateValue::Date(2021, 12, 25), DateValue::Date(2021, 12, 25), DateValue::Ambiguous]
        );
    }

    #[test]
    fn dates_that_stand_for_none_are_blank() {
        for text in [
            "1900-01-01 00:00:00",
            "2154-12-31 23:59:59",
            "0001-01-01 00:00:00.0000000",
            "9999-12-31 23:59:59.9999999",
            "9999-11-30T23:59:59.0000000Z",
            "1753-01-01T00:00:00",
            "1/1/1900 0:00",
        ] {
            assert_eq!(read_all(&[text]), [DateValue::Blank], "{text}");
        }
    }

    #[test]
    fn impossible_dates_and_no_dates_are_refused() {
        for text in [
            "2021-02-29",
            "2024-02-30",
            "31.04.2021",
            "13/13/2021",
            "1900-02-29",
            "soon",
            "2021-05",
            "5/23/21",
            "2021-05-23 25:00",
            "44340",
            "2021-05-23T",
            "-1",
            "\u{e9}/1/2021",
            "1,2,3",
            "T",
        ] {
            let expected = if text.ends_with('T') && text.len() > 1 {
                DateValue::Date(2021, 5, 23)
            } else {
                DateValue::Invalid
            };
            assert_eq!(read_all(&[text]), [expected], "{text}");
        }
        assert_eq!(read_all(&["2024-02-29"]), [DateValue::Date(2024, 2, 29)]);
    }

    #[test]
    fn a_number_in_a_date_column_of_a_workbook_is_a_serial_date_of_its_epoch() {
        let vocabulary = Vocabulary::shipped().unwrap();
        let column = DateColumn::default();
        let read = |text, epoch| column.read(text, Some(epoch), &vocabulary);
        assert_eq!(read("44339", Epoch::Y1900), DateValue::Date(2021, 5, 23));
        assert_eq!(read("44339.75", Epoch::Y1900), DateValue::Date(2021, 5, 23));
        assert_eq!(read("42877", Epoch::Y1904), DateValue::Date(2021, 5, 23));
        assert_eq!(read("7", Epoch::Y1900), DateValue::Invalid);
    }
}
