//! The price in a CDR beside the price published: a CDR is priced with the tariff inside it, and
//! where the version published by its start gives another price, that is a question to the partner
//! (SEMANTICS 3.2, I-69).

use domain::{Cdr, Decimal, Finding, FindingCode, Instant, Tariff};
use tariff::Priced;

use super::Ground;
use super::choose::{Chosen, Version, valid_at};

/// The published versions that price otherwise than the tariffs a CDR carries, as far as their
/// texts tell. Asked with all stored versions of a carried tariff's id.
pub(super) fn differing(carried: &Tariff, versions: &[Version], at: Instant) -> Option<Version> {
    let published = valid_at(versions, at)?;
    // Published after the start: not known then.
    let late = published.updated_at.is_some_and(|updated| updated > at);
    // The carried one is newer than all we were sent: its publication may be on its way.
    let newer = carried.last_updated > published.updated_at;
    let same = prices_alike(carried, &published.tariff);
    (!late && !newer && !same).then(|| published.clone())
}

/// Whether two tariffs say the same about prices.
fn prices_alike(a: &Tariff, b: &Tariff) -> bool {
    a.currency == b.currency
        && a.elements == b.elements
        && (a.min_price, a.max_price) == (b.min_price, b.max_price)
        && a.tax_included == b.tax_included
}

/// The finding that the published tariffs give another net price than `priced`. None where a person
/// decided which tariff counts, or where either gives no price.
pub(super) fn check(
    (cdr, chosen): (&Cdr, &Chosen),
    ground: &Ground,
    stated_by: Option<Decimal>,
    tolerance: Decimal,
) -> Option<Finding> {
    if chosen.published.is_empty() || ground.version.is_some() {
        return None;
    }
    let instead = |carried: &Tariff| -> Option<&Tariff> {
        let mut published = chosen.published.iter().map(|version| &*version.tariff);
        published.find(|version: &&Tariff| version.id == carried.id)
    };
    let tariffs: Vec<&Tariff> = cdr
        .tariffs
        .iter()
        .map(|carried| instead(carried).unwrap_or(carried))
        .collect();
    let input = tariff::ReplayInput::of_cdr(cdr, &[], ground.zone, &ground.policy);
    let published = net(&tariff::price(&input.with_tariffs(&tariffs)))?;
    let by_carried = stated_by?;
    let apart = by_carried.checked_sub(published)?;
    (apart.abs() > tolerance.abs()).then(|| {
        Finding::at_path(FindingCode::TariffDiffersFromLocation, "tariffs")
            .with("tariff", &chosen.published[0].tariff.id)
            .with("in_cdr", by_carried.normalize())
            .with("published", published.normalize())
    })
}

/// The net total of a price.
fn net(priced: &Priced) -> Option<Decimal> {
    priced.totals.total?.excl_vat
}

#[cfg(test)]
mod tests {
    use crate::replay::explain;
    use crate::tests::{cdr, desk_in, energy, import_text, location, version};
    use domain::FindingCode;
    use store::row::CdrRow;

    const CODE: FindingCode = FindingCode::TariffDiffersFromLocation;

    /// Whether the finding stands in the book and in the explanation, which must say the same.
    fn is_found(desk: &crate::Desk) -> bool {
        let row = CdrRow(1);
        let kept = store::replay::get(&desk.book, row).unwrap().unwrap();
        let kept = kept.codes.split(' ').any(|code| code == CODE.as_str());
        let explained = explain(desk, row).unwrap();
        let mut shown = explained.comparison.findings.iter();
        assert_eq!(shown.any(|finding| finding.code == CODE), kept);
        kept
    }

    #[test]
    fn another_price_than_the_published_one_is_found() {
        let other = energy("0.29");
        for (name, published, found) in [
            (
                "the same prices",
                version("T1", "01-01", &energy("0.30")),
                false,
            ),
            ("another price", version("T1", "01-01", &other), true),
            (
                "older than the one inside, another price",
                version("T1", "01-01", &other).replace("2026-01-01T", "2025-12-01T"),
                false,
            ),
            (
                "published after the session",
                version("T1", "10-01", &other),
                false,
            ),
            ("another tariff", version("T2", "01-01", &other), false),
            (
                "a step that changes nothing",
                version(
                    "T1",
                    "01-01",
                    &energy("0.30").replace("\"step_size\":1", "\"step_size\":10"),
                ),
                false,
            ),
        ] {
            for tariff_first in [true, false] {
                let folder = tempfile::tempdir().unwrap();
                let desk = desk_in(folder.path());
                let mut files = [("one.json", cdr(1)), ("t.json", published.clone())];
                if tariff_first {
                    files.reverse();
                }
                for (file, text) in &files {
                    import_text(&desk, folder.path(), file, text);
                }
                assert_eq!(is_found(&desk), found, "{name}, {tariff_first}");
            }
        }
    }

    /// The charge begins at 10:01 in Utrecht, and at 17:01 where the location says it is.
    #[test]
    fn a_published_price_of_the_day_is_read_by_the_clock_of_the_location() {
        let evening = version("T1", "01-01", &energy("0.29")).replace(
            "}]}],",
            "}],\"restrictions\":{\"start_time\":\"17:00\",\"end_time\":\"20:00\"}},\
             {\"price_components\":[{\"type\":\"ENERGY\",\"price\":0.30,\"vat\":21,\
             \"step_size\":1}]}],",
        );
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        import_text(&desk, folder.path(), "one.json", &cdr(1));
        import_text(&desk, folder.path(), "t.json", &evening);
        assert!(!is_found(&desk), "in Utrecht it costs the same");
        import_text(&desk, folder.path(), "l.json", &location("Asia/Tokyo", 1));
        assert!(is_found(&desk), "in Tokyo it does not");
    }

    #[test]
    fn it_goes_when_the_tariff_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk_in(folder.path());
        import_text(&desk, folder.path(), "one.json", &cdr(1));
        let other = version("T1", "01-01", &energy("0.29"));
        let import = import_text(&desk, folder.path(), "t.json", &other)
            .id
            .unwrap();
        assert!(is_found(&desk));
        let request = crate::api::UndoImport {
            import,
            reason: "wrong file".to_owned(),
        };
        crate::intake::undo(&mut desk, &mut crate::Job::quiet(), &request).unwrap();
        assert!(!is_found(&desk));
    }
}
