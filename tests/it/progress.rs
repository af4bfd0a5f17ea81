//! What a run tells while it works.

use std::path::Path;
use std::sync::Mutex;

use seatwise::batch::{Progress, Run, Wanted, run};
use seatwise::classify::UnknownRoles;
use seatwise::intake::{Formats, Limits};
use seatwise::report::brand::Brand;
use seatwise::report::language::Language;

/// Everything that was told.
#[derive(Default)]
struct Told(Mutex<Vec<(&'static str, u64)>>);

impl Told {
    fn note(&self, what: &'static str, count: u64) {
        self.0.lock().unwrap().push((what, count));
    }

    fn sum(&self, what: &str) -> u64 {
        self.0.lock().unwrap().iter().filter(|(name, _)| *name == what).map(|(_, n)| n).sum()
    }
}

impl Progress for Told {
    fn begin(&self, tenants: usize, bytes: u64) {
        self.note("tenants", tenants as u64);
        self.note("bytes", bytes);
    }

    fn read(&self, bytes: u64, rows: u64) {
        self.note("read", bytes);
        self.note("rows", rows);
    }

    fn tenant(&self, _: &str, ok: bool, bytes: u64) {
        self.note(if ok { "done" } else { "failed" }, 1);
        self.note("finished", bytes);
    }
}

#[test]
fn a_tenant_that_cannot_be_read_is_done_with_like_the_others() {
    let out = tempfile::tempdir().unwrap();
    let told = Told::default();
    let outcome = run(
        &Run {
            inputs: &[Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/broken")],
            out: out.path(),
            rulebook: None,
            device_policy: None,
            unknown_roles: UnknownRoles::default(),
            no_gate_seats: false,
            sensitivity: None,
            as_of: None,
            limits: &Limits::default(),
            formats: &Formats::shipped().unwrap(),
            pseudonyms: None,
            output: &Wanted {
                tenants: true,
                workbooks: false,
                forms: Vec::new(),
                brand: Brand::default(),
                language: Language::English,
            },
            memory: None,
        },
        &told,
    )
    .unwrap();
    assert_eq!((told.sum("done"), told.sum("failed"), told.sum("tenants")), (2, 1, 3));
    assert_eq!(outcome.portfolio.failed.len(), 1);
    assert!(told.sum("bytes") > 0);
    assert_eq!(told.sum("read"), told.sum("bytes"));
    assert_eq!(told.sum("finished"), told.sum("bytes"));
    let rows = outcome.portfolio.tenants.iter().map(|tenant| tenant.rows_read).sum::<u64>();
    assert_eq!(told.sum("rows"), rows);
}
