//! Statements beside CDRs: in every language, whichever came first, to the cent.

use std::io::Cursor;
use std::path::Path;

use table::{Cell, Table};

use super::*;
use crate::api::{ImportResult, Problem, UndoImport};
use crate::job::Job;
use crate::tests::{cdr, desk_in, import_sheet, import_text};

const HEADINGS: &str = "Invoice number,CDR ID,Session ID,Start,kWh,Net,VAT,Gross,Currency,Remark\n";

/// `cdr(number)` on another day of September 2026.
fn on_day(number: u32, day: u32) -> String {
    cdr(number).replace("2026-09-01T", &format!("2026-09-{day:02}T"))
}

fn import(desk: &Desk, folder: &Path, name: &str, text: &str) -> ImportResult {
    import_sheet(desk, folder, name, text.as_bytes())
}

fn cdrs(desk: &Desk, folder: &Path, name: &str, all: &[String]) -> ImportResult {
    let result = import_text(desk, folder, name, &all.join("\n"));
    reconcile::reconcile_stale(desk, &mut Job::quiet()).unwrap();
    result
}

fn month(desk: &Desk, month: &str) -> StatementMonth {
    let request = StatementRequest {
        partner: "NL-ABC".to_owned(),
        month: month.to_owned(),
        verdict: None,
        limit: 1_000,
    };
    compare(desk, &request).unwrap()
}

/// Each row in short: verdict, how it was matched, line, CDR, what differs and by how much.
fn rows(compared: &StatementMonth) -> Vec<String> {
    let short = |row: &StatementRow| {
        let line = row.line.as_ref().map(|line| {
            let names = [&line.id, &line.session, &line.start_at];
            names.into_iter().find(|name| !name.is_empty()).cloned()
        });
        let by = &row.difference;
        let worth = [&by.excl_vat, &by.vat, &by.incl_vat, &by.energy_kwh];
        let worth: Vec<&str> = worth.into_iter().flatten().map(String::as_str).collect();
        format!(
            "{} {} {}|{} {} {}",
            row.verdict,
            row.by.as_deref().unwrap_or("-"),
            line.flatten().unwrap_or_default(),
            row.cdr.as_ref().map_or("", |cdr| cdr.id.as_str()),
            row.differs_in.join("+"),
            worth.join(" "),
        )
        .trim_end()
        .to_owned()
    };
    compared.rows.iter().map(short).collect()
}

fn counts(compared: &StatementMonth) -> Vec<(&str, u32)> {
    let held = compared.buckets.iter().filter(|bucket| bucket.count > 0);
    held.map(|bucket| (bucket.verdict.as_str(), bucket.count))
        .collect()
}

fn take_back(desk: &mut Desk, import: Option<u32>) -> Result<crate::api::ImportUndone> {
    let request = UndoImport {
        import: import.unwrap(),
        reason: "sent again".to_owned(),
    };
    crate::intake::undo(desk, &mut Job::quiet(), &request)
}

/// Lines that agree, so that the few odd ones below stand in a file such as partners send.
fn plain() -> String {
    let line = |number: u32| {
        format!("R-7,CDR-{number},S{number},2026-09-14T08:{number:02}:00Z,10,3.00,0.63,3.63,EUR,\n")
    };
    (7..31).map(line).collect()
}

/// One of each verdict, and 24 that agree.
fn mixed() -> String {
    let lines = [
        "R-7,CDR-1,S1,2026-09-14T08:01:00Z,10,3.00,0.63,3.63,EUR,",
        "R-7,CDR-2,S2,2026-09-14T08:02:00Z,12.5,3.75,0.79,4.54,EUR,",
        "R-7,,S3,2026-09-14T08:03:00Z,10,3.00,0.63,3.63,EUR,",
        "R-7,,,2026-09-14T08:04:40Z,10,3.00,0.63,3.63,EUR,by start",
        "R-7,CDR-1,S1,2026-09-14T08:01:00Z,10,3.00,0.63,3.63,EUR,",
        "R-7,CDR-77,S77,2026-09-14T10:00:00Z,7,2.10,0.44,2.54,EUR,",
        "R-7,CDR-5,S5,2026-09-14T08:05:00Z,10,3.00,0.63,3.63,SEK,",
    ];
    let total = "\nTotal,,,,309.5,92.85,19.5,112.35,,\n";
    HEADINGS.to_owned() + &plain() + &lines.join("\n") + total
}

#[test]
fn every_verdict_is_given_and_worth_its_difference() {
    let mut seen = Vec::new();
    for statement_first in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        let ours: Vec<String> = (1..31).map(|number| on_day(number, 14)).collect();
        if !statement_first {
            cdrs(&desk, folder.path(), "c.ndjson", &ours);
        }
        let result = import(&desk, folder.path(), "mixed.csv", &mixed());
        assert_eq!(
            (result.kind.as_str(), result.format.as_str()),
            ("statement", "csv")
        );
        assert_eq!(
            (result.rows, result.new, result.rejected),
            (31, 31, 0),
            "{result:?}"
        );
        assert_eq!(result.energy_kwh, "309.5", "the sum of what was read");
        let sums: Vec<_> = (result.totals.iter())
            .map(|sum| {
                (
                    sum.currency.as_str(),
                    sum.excl_vat.as_str(),
                    sum.incl_vat.as_str(),
                )
            })
            .collect();
        assert_eq!(sums, [("EUR", "89.85", "108.72"), ("SEK", "3", "3.63")]);
        let odd = crate::intake::problems(&desk, result.id.unwrap()).unwrap();
        let twice = odd.iter().find(|kind| kind.code == "duplicate_row");
        assert_eq!(twice.unwrap().samples[0].number, 30, "the row is named");
        if statement_first {
            let alone = month(&desk, "2026-09");
            assert_eq!(counts(&alone), [("no_cdr", 31)], "there are no CDRs yet");
            cdrs(&desk, folder.path(), "c.ndjson", &ours);
        }
        let compared = month(&desk, "2026-09");
        let (agreeing, odd): (Vec<String>, Vec<String>) = (rows(&compared).into_iter())
            .partition(|row| (7..31).any(|n| *row == format!("agrees id CDR-{n}|CDR-{n}")));
        assert_eq!(agreeing.len(), 24);
        assert_eq!(
            odd,
            [
                "agrees id CDR-1|CDR-1",
                "billed_twice id CDR-1|CDR-1",
                "differs id CDR-2|CDR-2 excl_vat+vat+incl_vat+energy 0.75 0.16 0.91 2.5",
                "agrees session S3|CDR-3",
                "agrees start 2026-09-14T08:04:40Z|CDR-4",
                "differs id CDR-5|CDR-5 currency",
                "not_on_statement - |CDR-6",
                "no_cdr - CDR-77|",
            ]
        );
        seen.push(rows(&compared));
        let worth = |verdict: &str| -> Vec<String> {
            let found = compared.buckets.iter().find(|one| one.verdict == verdict);
            let parts = found.unwrap().difference.iter();
            parts
                .map(|one| format!("{} {}", one.amount, one.currency))
                .collect()
        };
        assert_eq!(worth("agrees"), ["0 EUR"]);
        assert_eq!(
            worth("differs"),
            ["-2.25 EUR", "3 SEK"],
            "0.75 more, and 3.00 in SEK"
        );
        assert_eq!(worth("billed_twice"), ["3 EUR"]);
        assert_eq!(worth("no_cdr"), ["2.1 EUR"]);
        assert_eq!(worth("not_on_statement"), ["-3 EUR"]);
        assert_eq!(compared.files[0].file, "mixed.csv");
    }
    assert_eq!(seen[0], seen[1], "whichever came first");
}

#[test]
fn statements_are_read_in_four_languages() {
    let en = "Invoice number,CDR ID,Start,kWh,Net,VAT,Gross,Currency\n\
              R-7,CDR-1,2026-09-14 10:01,10.00,3.00,0.63,3.63,EUR\n";
    let de = "Rechnungsnummer;CDR ID;Startzeit;Energie kWh;Netto;MwSt;Brutto;Währung\n\
              R-7;CDR-1;14.09.2026 10:01;10,00;3,00;0,63;3,63;EUR\n\
              Summe;;;10,00;3,00;0,63;3,63;\n";
    let nl = "Factuurnummer;CDR nummer;Starttijd;Energie (kWh);Bedrag excl. btw;Btw;\
              Bedrag incl. btw;Valuta\n\
              R-7;CDR-1;14-09-2026 10:01;10,00;3,00;0,63;3,63;EUR\n";
    let fr = "Numéro facture;ID CDR;Date début;Énergie (kWh);Montant HT;TVA;Montant TTC;Devise\n\
              R-7;CDR-1;14/09/2026 10:01;10,00;3,00;0,63;3,63;EUR\n";
    for (language, text) in [("en", en), ("de", de), ("nl", nl), ("fr", fr)] {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        cdrs(&desk, folder.path(), "c.ndjson", &[on_day(1, 14)]);
        let result = import(&desk, folder.path(), "s.csv", text);
        assert_eq!(
            (result.kind.as_str(), result.rows, result.rejected),
            ("statement", 1, 0),
            "{language}: {result:?}"
        );
        let compared = month(&desk, "2026-09");
        assert_eq!(rows(&compared), ["agrees id CDR-1|CDR-1"], "{language}");
        let line = compared.rows[0].line.as_ref().unwrap();
        assert_eq!(line.reference, "R-7", "{language}");
        assert_eq!(
            line.start_at, "2026-09-14T08:01:00Z",
            "{language}: local time"
        );
    }
}

#[test]
fn a_workbook_is_a_statement_as_well() {
    let headings = [
        "Invoice number",
        "CDR ID",
        "Start",
        "kWh",
        "Net",
        "Gross",
        "Currency",
    ];
    let mut bytes = Vec::new();
    let scratch = tempfile::tempdir().unwrap();
    let made = (scratch.path(), 1_790_000_000);
    let mut sheet = Table::xlsx(Cursor::new(&mut bytes), "Invoice", &headings, made).unwrap();
    for number in 1..=3 {
        let (id, start) = (
            format!("CDR-{number}"),
            format!("2026-09-14T08:0{number}:00Z"),
        );
        let cells = [
            Cell::Text("R-7"),
            Cell::Text(&id),
            Cell::Text(&start),
            Cell::Figure("10"),
            Cell::Figure("3.00"),
            Cell::Figure("3.63"),
            Cell::Text("EUR"),
        ];
        sheet.row(&cells).unwrap();
    }
    sheet.finish().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let ours: Vec<String> = (1..4).map(|number| on_day(number, 14)).collect();
    cdrs(&desk, folder.path(), "c.ndjson", &ours);
    let result = import_sheet(&desk, folder.path(), "s.xlsx", &bytes);
    assert_eq!(
        (result.format.as_str(), result.new),
        ("xlsx", 3),
        "{result:?}"
    );
    assert_eq!(counts(&month(&desk, "2026-09")), [("agrees", 3)]);
}

#[test]
fn amounts_agree_to_the_cent_and_no_further() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let fine = |number: u32, net: &str| {
        on_day(number, 14).replace(
            "\"total_cost\":{\"excl_vat\":3.00,\"incl_vat\":3.63}",
            &format!("\"total_cost\":{{\"excl_vat\":{net},\"incl_vat\":3.63}}"),
        )
    };
    let ours = [
        fine(1, "3.0043"),
        fine(2, "3.0051"),
        fine(3, "3.00"),
        fine(4, "3.00"),
    ];
    cdrs(&desk, folder.path(), "c.ndjson", &ours);
    let text = "Invoice number,CDR ID,Start,kWh,Net,Gross,Currency\n\
                R-7,CDR-1,2026-09-14T08:01:00Z,10,3.00,3.63,EUR\n\
                R-7,CDR-2,2026-09-14T08:02:00Z,10,3.00,3.63,EUR\n\
                R-7,CDR-3,2026-09-14T08:03:00Z,10.004,3.01,3.63,EUR\n\
                R-7,CDR-4,2026-09-14T08:04:00Z,10.01,3.00,3.63,EUR\n";
    import(&desk, folder.path(), "s.csv", text);
    assert_eq!(
        rows(&month(&desk, "2026-09")),
        [
            "agrees id CDR-1|CDR-1",
            "differs id CDR-2|CDR-2 excl_vat -0.0051",
            "differs id CDR-3|CDR-3 excl_vat 0.01",
            "differs id CDR-4|CDR-4 energy 0.01",
        ]
    );
}

#[test]
fn a_line_whose_cdr_is_in_the_next_month_is_found_in_both() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let over_midnight = cdr(1)
        .replace("2026-09-01T08:01:00Z", "2026-09-30T21:31:00Z")
        .replace("2026-09-01T09:01:00Z", "2026-09-30T22:31:00Z");
    cdrs(
        &desk,
        folder.path(),
        "c.ndjson",
        &[over_midnight, on_day(2, 14)],
    );
    let text = "Invoice number,CDR ID,Start,kWh,Net,Gross,Currency\n\
                R-7,CDR-1,2026-09-30T21:31:00Z,10,3.00,3.63,EUR\n\
                R-7,CDR-2,2026-09-14T08:02:00Z,10,3.00,3.63,EUR\n";
    import(&desk, folder.path(), "s.csv", text);
    let september = month(&desk, "2026-09");
    assert_eq!(
        rows(&september),
        ["agrees id CDR-2|CDR-2", "month_differs id CDR-1|CDR-1"]
    );
    let crossing = &september.rows[1];
    let months = (&crossing.line, &crossing.cdr);
    assert_eq!(months.0.as_ref().unwrap().month, "2026-09");
    assert_eq!(months.1.as_ref().unwrap().month, "2026-10");
    let october = month(&desk, "2026-10");
    assert_eq!(rows(&october), ["month_differs id CDR-1|CDR-1"]);
    assert_eq!(october.lines, 0, "no line is of October");
    assert_eq!(rows(&month(&desk, "2026-08")), [""; 0]);
}

#[test]
fn lines_without_a_start_are_of_the_month_of_their_cdr_or_of_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let text = "CDR ID,Net,Gross\nCDR-1,3.00,3.63\nCDR-9,1.00,1.21\n";
    let result = import(&desk, folder.path(), "s.csv", text);
    assert_eq!(
        (result.kind.as_str(), result.new),
        ("statement", 2),
        "{result:?}"
    );
    let before = month(&desk, "2026-10");
    assert_eq!(counts(&before), [("no_cdr", 2)], "it came in November");
    cdrs(
        &desk,
        folder.path(),
        "c.ndjson",
        &[on_day(1, 14), on_day(2, 14)],
    );
    assert_eq!(
        counts(&month(&desk, "2026-10")),
        [],
        "now it is known to be of September"
    );
    let compared = month(&desk, "2026-09");
    assert_eq!(
        counts(&compared),
        [("agrees", 1), ("no_cdr", 1), ("not_on_statement", 1)]
    );
    assert_eq!(compared.lines, 2);
}

#[test]
fn a_statement_is_no_cdr_and_is_known_changed_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    cdrs(
        &desk,
        folder.path(),
        "c.ndjson",
        &[on_day(1, 14), on_day(2, 14)],
    );
    let (partner, september) = reconcile::parse(&desk, "NL-ABC", "2026-09").unwrap();
    let held = |desk: &Desk| reconcile::list(desk, &partner, september).unwrap();
    let before = held(&desk);
    let text = HEADINGS.to_owned()
        + "R-7,CDR-1,S1,2026-09-14T08:01:00Z,10,3.00,0.63,3.63,EUR,\n\
           R-7,CDR-2,S2,2026-09-14T08:02:00Z,10,3.10,0.65,3.75,EUR,\n";
    let first = import(&desk, folder.path(), "s.csv", &text);
    assert_eq!(held(&desk), before, "buckets know nothing of it");
    assert_eq!(
        crate::intake::list(&desk).unwrap()[0].result.kind,
        "statement"
    );

    let other_order = HEADINGS.replace(',', ";")
        + "R-7;CDR-2;S2;2026-09-14T08:02:00Z;10;3.10;0.65;3.75;EUR;\n\
           R-7;CDR-1;S1;2026-09-14T08:01:00Z;10;3.00;0.63;3.63;EUR;\n";
    let again = import(&desk, folder.path(), "again.csv", &other_order);
    assert_eq!((again.new, again.known), (0, 2), "{again:?}");
    assert_eq!(
        counts(&month(&desk, "2026-09")),
        [("agrees", 1), ("differs", 1)]
    );

    let corrected =
        HEADINGS.to_owned() + "R-8,CDR-2,S2,2026-09-14T08:02:00Z,10,3.00,0.63,3.63,EUR,\n";
    let changed = import(&desk, folder.path(), "changed.csv", &corrected);
    assert_eq!((changed.new, changed.corrections), (0, 1), "kept beside");
    assert_eq!(
        counts(&month(&desk, "2026-09")),
        [("agrees", 2), ("billed_twice", 1)],
        "the line that agrees is taken first"
    );

    let refused = take_back(&mut desk, first.id).unwrap_err();
    assert_eq!(Problem::from(refused).code, "import_known_again");
    for import in [changed.id, again.id, first.id] {
        take_back(&mut desk, import).unwrap();
    }
    let none = month(&desk, "2026-09");
    assert_eq!(
        (none.lines, none.rows.len()),
        (0, 0),
        "and so nothing is missing on it"
    );
    assert_eq!(held(&desk), before);
    let fresh = import(&desk, folder.path(), "s.csv", &text);
    assert_eq!(fresh.new, 2, "it can come again");
}

#[test]
fn a_correction_and_the_rows_of_one_verdict_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    cdrs(
        &desk,
        folder.path(),
        "c.ndjson",
        &[on_day(1, 14), on_day(2, 14)],
    );
    let corrected = on_day(1, 14).replace("\"excl_vat\":3.00", "\"excl_vat\":3.10");
    cdrs(&desk, folder.path(), "later.ndjson", &[corrected]);
    let text = "Invoice number,CDR ID,Start,kWh,Net,Currency\n\
                R-7,CDR-1,2026-09-14T08:01:00Z,10,3.10,EUR\n";
    import(&desk, folder.path(), "s.csv", text);
    let compared = month(&desk, "2026-09");
    assert_eq!(counts(&compared), [("agrees", 1), ("not_on_statement", 1)]);
    let mut request = StatementRequest {
        partner: "NL-ABC".to_owned(),
        month: "2026-09".to_owned(),
        verdict: Some("not_on_statement".to_owned()),
        limit: 0,
    };
    let none = compare(&desk, &request).unwrap();
    assert_eq!((none.rows.len(), none.total), (0, 1));
    assert_eq!(none.buckets, compared.buckets, "counts are over all");
    request.limit = 5;
    assert_eq!(
        rows(&compare(&desk, &request).unwrap()),
        ["not_on_statement - |CDR-2"]
    );
    request.verdict = Some("fine".to_owned());
    assert!(compare(&desk, &request).is_err());
}
