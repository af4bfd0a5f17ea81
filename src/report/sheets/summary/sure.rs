//! *How sure this is*: proof, prices, roles, agreement, input.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{rows, tones};
use crate::finding::Severity;
use crate::money::format_cents;
use crate::output::TenantOutput;
use crate::report::cell::{Outcome, Value};
use crate::report::column::{Column, Kind};
use crate::report::figures::Figures;
use crate::report::sheets::checks::FLAG;
use crate::report::sheets::money_head;
use crate::report::sheets::status::Tone;
use crate::report::style::Styles;
use crate::report::table;

const WORDS: [(&str, Tone); 3] =
    [("good", Tone::Good), ("look at it", Tone::Attention), ("not good", Tone::Bad)];
const GOOD: &str = WORDS[0].0;
const LOOK: &str = WORDS[1].0;
const BAD: &str = WORDS[2].0;

/// A question a reader has, and the answer.
struct Answer {
    question: String,
    state: Value<'static>,
    cents: Option<i128>,
    detail: String,
}

/// Writes the table; gives the row of the next table's header.
pub(super) fn write(
    page: &mut Worksheet,
    styles: &Styles,
    out: &TenantOutput,
    figures: &Figures,
    header: u32,
) -> Result<u32, XlsxError> {
    let answers = answers(out, figures);
    let money = money_head(&out.tenant.currency, "Money at stake");
    let plan = figures.plan;
    let columns: Vec<Column<'_, Answer>> = vec![
        Column::new("Question", Kind::Label, |a: &Answer, _: &_| Value::text(&a.question)).words(),
        Column::new("State", Kind::Text, |a: &Answer, _: &_| a.state.clone()).words(),
        Column::new(&money, Kind::Money, |a: &Answer, _: &_| {
            a.cents.map_or(Value::Blank, Value::Money)
        }),
        Column::new("Of the plan", Kind::Share, |a: &Answer, at| match a.cents {
            Some(cents) if plan != 0 => {
                let text = format!("{}/$B${}", at.cell(&money), super::FIRST + 2 + plan_line(out));
                Value::Formula(text, Outcome::Share(cents, plan))
            }
            _ => Value::Blank,
        }),
        Column::wrap("What it means", |a: &Answer| &a.detail).words().widest(66),
    ];
    table::block(page, styles, (header, 0), "HowSure", &columns, &answers)?;
    tones(page, styles.language, (header, rows(&answers)), &WORDS)?;
    Ok(header + rows(&answers) + 3)
}

/// The line of the plan in the table of costs.
fn plan_line(out: &TenantOutput) -> u32 {
    u32::from(out.totals.owned_known) + u32::from(out.totals.assigned_known) + 1
}

fn answers(out: &TenantOutput, figures: &Figures) -> Vec<Answer> {
    let answer = |question: &str, state: &'static str, cents, detail: String| Answer {
        question: question.to_owned(),
        state: Value::text(state),
        cents,
        detail,
    };
    let totals = &out.totals;
    let certificate = &out.certificate;
    let bound = i128::from(certificate.bound_cents.0);
    let gap = figures.plan - bound;
    let mut all = vec![if !certificate.failures.is_empty() {
        let words = "The independent checker found a fault: see Checks before using this report";
        answer("Is the plan the cheapest lawful one?", BAD, Some(gap), words.to_owned())
    } else if gap == 0 {
        let unmet = out.unmet().count();
        let before = match unmet {
            0 => "",
            1 => ", before the rule of the agreement that it does not meet",
            _ => ", before the rules of the agreement that it does not meet",
        };
        let words = format!(
            "Proven: nobody can license these needs for less than {} under these rules and prices{before}; {} statements checked independently",
            format_cents(bound),
            certificate.checked
        );
        let state = if unmet == 0 { GOOD } else { LOOK };
        answer("Is the plan the cheapest lawful one?", state, Some(0), words)
    } else {
        let words = format!(
            "Lawful, but perhaps not the cheapest: the least possible cost is proven to be at least {}",
            format_cents(bound)
        );
        answer("Is the plan the cheapest lawful one?", LOOK, Some(gap), words)
    }];
    let unverified = i128::from(totals.unverified_cents.0);
    all.push(if unverified == 0 {
        let words = "Every price of the plan is the customer's own or was read in a document";
        answer("Are the prices verified?", GOOD, Some(0), words.to_owned())
    } else {
        let words = "UNVERIFIED: this part of the plan stands on prices nobody has verified; replace them by the prices of the agreement (lines marked on Licences)";
        answer("Are the prices verified?", LOOK, Some(unverified), words.to_owned())
    });
    let listed: i128 = out
        .plan
        .iter()
        .filter(|line| line.mark.is_some())
        .map(|line| i128::from(line.quantity) * i128::from(line.unit_cents.0))
        .sum();
    let words = match listed {
        0 => "Every price of the plan is the customer's own",
        _ => {
            "This part is at list prices; the customer's own may be lower (see Licences for where each was read)"
        }
    };
    let state = if listed == 0 { GOOD } else { LOOK };
    all.push(answer("Are they the customer's own prices?", state, Some(listed), words.to_owned()));
    let unknown = i128::from(totals.unknown_role_cents.0);
    all.push(if unknown == 0 {
        answer("Are all roles known?", GOOD, Some(0), "No cost rests on an unknown role".to_owned())
    } else {
        let words = format!(
            "This part rests on roles the edition does not know; they count as {} (see Roles)",
            out.options.unknown_roles
        );
        answer("Are all roles known?", LOOK, Some(unknown), words)
    });
    for rule in super::breaches(out) {
        let words = format!("NOT MET: {}. {}", rule.name, rule.detail);
        all.push(answer(
            "Does the plan meet the agreement?",
            BAD,
            Some(i128::from(rule.cents.0)),
            words,
        ));
    }
    if super::breaches(out).next().is_none() {
        let met = out.rule_checks.iter().filter(|rule| rule.result == "met").count();
        let words = format!("All {met} rules that apply are met: see Agreement rules");
        all.push(answer("Does the plan meet the agreement?", GOOD, None, words));
    }
    let count = |severity| out.findings.iter().filter(|f| f.code.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let rejected = out.rejected.len();
    let state = match (errors, warnings + rejected) {
        (0, 0) => GOOD,
        (0, _) => LOOK,
        _ => BAD,
    };
    let words =
        format!("{errors} errors, {warnings} warnings, {rejected} rows rejected: see Findings");
    all.push(answer("Is the input sound?", state, None, words));
    all.push(Answer {
        question: "Do the sheets agree with each other?".to_owned(),
        state: Value::Formula(
            format!("IF({FLAG},\"{GOOD}\",\"{BAD}\")"),
            Outcome::Text(GOOD.to_owned()),
        ),
        cents: None,
        detail: "Every total is calculated twice: see Checks".to_owned(),
    });
    all
}
