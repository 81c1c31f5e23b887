//! The records of the book that a partner's file may be about, and their prices.

use std::collections::{BTreeSet, HashSet};

use billing::partner_check::Key;
use domain::{BillingMonth, Cdr, Decimal, PartyKey, Policy};
use ocpi::Reader;
use store::Book;
use store::cdr::CdrSource;
use store::raw::Blocks;
use store::row::CdrRow;
use tariff::Priced;

use crate::error::{Error, Result};
use crate::partners;
use crate::replay::{Ground, KEEP, Lookups, read_source};
use crate::terms::terms;

/// Records of the book by what they are known by.
#[derive(Default)]
pub(super) struct Held {
    pub(super) keys: Vec<Key>,
    pub(super) rows: Vec<CdrRow>,
    pub(super) own: Vec<bool>,
    pub(super) months: Vec<BillingMonth>,
}

impl Held {
    /// Those of the month, or of the months of the reported CDRs, with the months beside: clocks
    /// and months are told differently. Of each CDR what came last.
    pub(super) fn read(
        book: &Book,
        (partner, month): (&PartyKey, Option<BillingMonth>),
        reported: &[Cdr],
    ) -> Result<Held> {
        let row = partners::row(book, partner)?;
        let zone = terms(book, partner)?.partner.agreement.time_zone;
        let ends = reported
            .iter()
            .map(|cdr| BillingMonth::of(cdr.end_at, zone));
        let wanted: BTreeSet<BillingMonth> = ends
            .chain(month)
            .flat_map(|month| [month.previous(), month, month.next()])
            .collect();
        let superseded = store::export::superseded(book)?;
        let mut held = Held::default();
        for month in wanted {
            store::outcome::cdr_facts(
                book,
                (row, month),
                &store::near::Scope::Month,
                |facts| -> Result<()> {
                    if superseded.contains(&facts.row) {
                        return Ok(());
                    }
                    let given = |text: String| Some(text).filter(|text| !text.is_empty());
                    held.keys.push(Key {
                        id: facts.ocpi_id,
                        session: facts.session,
                        contract: given(facts.contract).or(facts.token),
                        evse: given(facts.evse),
                        start_ms: facts.start_ms,
                        end_ms: facts.end_ms,
                        credit: facts.credit,
                    });
                    held.rows.push(facts.row);
                    held.own.push(facts.own);
                    held.months.push(month);
                    Ok(())
                },
            )?;
        }
        Ok(held)
    }
}

/// A record of the book with its price.
pub(crate) struct HeldCdr {
    pub(crate) cdr: Cdr,
    pub(crate) priced: Priced,
    pub(crate) policy: Policy,
    pub(crate) tolerance: Decimal,
}

/// Reads records again and prices them as a replay does.
pub(crate) struct Prices {
    lookups: Lookups,
    blocks: Blocks,
    reader: Reader,
    /// CDRs that are priced otherwise by decision.
    kept: HashSet<CdrRow>,
}

impl Prices {
    pub(crate) fn new(book: &Book) -> Result<Prices> {
        Ok(Prices {
            lookups: Lookups::default(),
            blocks: Blocks::default(),
            reader: Reader::new(),
            kept: store::decision::all_in_force(book, KEEP)?
                .into_iter()
                .collect(),
        })
    }

    pub(crate) fn of(&mut self, book: &Book, row: CdrRow) -> Result<(HeldCdr, CdrSource)> {
        let stored = store::cdr::get(book, row)?.ok_or(Error::UnknownRow {
            what: "cdr",
            row: row.number(),
        })?;
        let source = CdrSource {
            row,
            source: stored.source,
            partner: stored.partner,
            own: stored.own,
            month: stored.figures.month,
        };
        let (cdr, partner) = read_source(book, &mut self.reader, &mut self.blocks, &source)?;
        let chosen = self.lookups.choose(book, &cdr, &partner)?;
        let terms = self.lookups.terms(book, &chosen.partner)?;
        let agreement = &terms.partner.agreement;
        let ground = if self.kept.contains(&row) {
            let record = (&cdr, &chosen);
            Ground::of(book, &mut self.lookups, row, record, agreement.policy)?.0
        } else {
            Ground::agreed(&chosen, agreement.policy)
        };
        let priced = tariff::price(&ground.stand(&cdr, &chosen).input(&cdr, &ground));
        let held = HeldCdr {
            priced,
            policy: ground.policy,
            tolerance: agreement.tolerance,
            cdr,
        };
        Ok((held, source))
    }
}
