//! The close board: per partner and month how far the close is, and what stands in its way.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use domain::{Bucket, Currency, Decimal, Money, Totals};
use store::invoice::DocumentTotal;
use store::month::{Key, State, Total};
use store::row::PartyRow;

use crate::api::{Blocker, BoardCell, BoardRequest, BoardRow, CloseBoard, MoneyDto};
use crate::decide::money;
use crate::desk::Desk;
use crate::error::Result;
use crate::partners;
use crate::reconcile::read_month;
use crate::settle::{self, Ready};
use crate::terms::{Terms, terms};

/// What stands between us and closed months: newest month first, then by partner name.
pub fn close_board(desk: &Desk, request: &BoardRequest) -> Result<CloseBoard> {
    let month = request.month.as_deref().map(read_month).transpose()?;
    let only = match request.partner.as_deref() {
        Some(key) => {
            let key = partners::partner_key(&desk.book, key)?;
            Some(partners::row(&desk.book, &key)?)
        }
        None => None,
    };
    let sums = Sums::read(desk)?;
    let mut partners: HashMap<PartyRow, Terms> = HashMap::new();
    let mut rows = Vec::new();
    for state in store::month::states(&desk.book)? {
        if month.is_some_and(|month| month != state.month)
            || only.is_some_and(|only| only != state.partner)
        {
            continue;
        }
        let terms = match partners.entry(state.partner) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let key = store::party::key(&desk.book, state.partner)?;
                new.insert(terms(&desk.book, &key)?)
            }
        };
        rows.push(sums.row(&state, terms));
    }
    rows.sort_by(|a, b| {
        (&b.month, &a.partner.name, &a.partner.key).cmp(&(
            &a.month,
            &b.partner.name,
            &b.partner.key,
        ))
    });
    Ok(CloseBoard { rows })
}

/// Everything the board adds up, read at once.
struct Sums {
    totals: HashMap<Key, Vec<Total>>,
    documents: HashMap<Key, Vec<DocumentTotal>>,
    free: BTreeMap<Key, Ready>,
    own_complete: bool,
}

impl Sums {
    fn read(desk: &Desk) -> Result<Sums> {
        let mut sums = Sums {
            totals: HashMap::new(),
            documents: HashMap::new(),
            free: settle::ready(&desk.book)?,
            own_complete: store::agreement::own(&desk.book)?
                .is_some_and(|own| partners::missing(&own.value.company).is_empty()),
        };
        for total in store::month::totals(&desk.book, None)? {
            sums.totals
                .entry((total.partner, total.month))
                .or_default()
                .push(total);
        }
        for total in store::invoice::totals(&desk.book)? {
            sums.documents
                .entry((total.partner, total.month))
                .or_default()
                .push(total);
        }
        Ok(sums)
    }

    fn row(&self, state: &State, terms: &Terms) -> BoardRow {
        let key = (state.partner, state.month);
        let month = Month {
            state: *state,
            totals: self.totals.get(&key).map_or(&[][..], Vec::as_slice),
            documents: self.documents.get(&key).map_or(&[][..], Vec::as_slice),
            free: self.free.get(&key),
            partner_complete: partners::missing(&terms.partner.company).is_empty(),
            own_complete: self.own_complete,
        };
        let reconciled = month.reconciled();
        let draft = month.draft(&reconciled);
        let issued = month.issued(&draft);
        BoardRow {
            partner: partners::named(&terms.partner),
            month: state.month.to_string(),
            direction: partners::direction(terms.partner.agreement.direction).to_owned(),
            cells: vec![
                month.imported(),
                month.replayed(),
                reconciled,
                draft,
                issued,
            ],
        }
    }
}

/// One partner-month on its way to being closed.
struct Month<'a> {
    state: State,
    totals: &'a [Total],
    documents: &'a [DocumentTotal],
    free: Option<&'a Ready>,
    partner_complete: bool,
    own_complete: bool,
}

impl Month<'_> {
    fn imported(&self) -> BoardCell {
        let state = if self.state.cdrs + self.state.sessions > 0 {
            "done"
        } else {
            "empty"
        };
        cell(
            "imported",
            state,
            self.state.cdrs,
            self.stated(|_| true),
            Vec::new(),
        )
    }

    fn replayed(&self) -> BoardCell {
        let blocked = self.blockers(|bucket| bucket == Bucket::NeedsTariff);
        let state = if self.state.cdrs == 0 {
            "empty"
        } else if self.state.replayed < self.state.cdrs {
            "working"
        } else if blocked.is_empty() {
            "done"
        } else {
            "blocked"
        };
        let priced = self.stated(|bucket| bucket != Bucket::NeedsTariff);
        let unpriced: u32 = blocked.iter().map(|blocker| blocker.count).sum();
        let count = self.state.replayed.saturating_sub(unpriced);
        cell("replayed", state, count, priced, blocked)
    }

    fn reconciled(&self) -> BoardCell {
        let agreed =
            |bucket: Bucket| matches!(bucket, Bucket::Matched | Bucket::Accepted | Bucket::Settled);
        let blocked =
            self.blockers(|bucket| bucket.needs_a_person() && bucket != Bucket::NeedsTariff);
        let count = self.count(agreed);
        let state = if self.state.stale {
            "working"
        } else if !blocked.is_empty() {
            "blocked"
        } else if self.count(|bucket| bucket == Bucket::NeedsTariff) > 0 {
            "waiting"
        } else if self.totals.is_empty() {
            "empty"
        } else {
            "done"
        };
        cell("reconciled", state, count, self.stated(agreed), blocked)
    }

    fn draft(&self, reconciled: &BoardCell) -> BoardCell {
        let drafts = self.documents(false);
        let free = self.free.map_or(0, |free| free.count);
        if drafts.count > 0 {
            return cell("draft", "done", drafts.count, drafts.net, Vec::new());
        }
        if free == 0 {
            let state = if self.documents(true).count > 0 {
                "done"
            } else {
                "empty"
            };
            return cell("draft", state, 0, Vec::new(), Vec::new());
        }
        let net = self.free.map(|free| money(&free.net)).unwrap_or_default();
        let incomplete = self.incomplete();
        let state = if !incomplete.is_empty() {
            "blocked"
        } else if reconciled.state == "done" {
            "working"
        } else {
            "waiting"
        };
        cell("draft", state, free, net, incomplete)
    }

    fn issued(&self, draft: &BoardCell) -> BoardCell {
        let issued = self.documents(true);
        let state = match (issued.count, draft.state.as_str()) {
            (0, "empty") => "empty",
            (0, _) => "waiting",
            (_, "done") if self.documents(false).count == 0 => "done",
            (_, _) => "working",
        };
        cell("issued", state, issued.count, issued.net, Vec::new())
    }

    /// Company data without which nothing can be issued.
    fn incomplete(&self) -> Vec<Blocker> {
        [
            ("own_incomplete", self.own_complete),
            ("partner_incomplete", self.partner_complete),
        ]
        .into_iter()
        .filter(|(_, complete)| !complete)
        .map(|(what, _)| Blocker {
            what: what.to_owned(),
            count: 1,
            amounts: Vec::new(),
        })
        .collect()
    }

    fn count(&self, which: impl Fn(Bucket) -> bool) -> u32 {
        self.totals
            .iter()
            .filter(|total| which(total.bucket))
            .map(|total| total.count)
            .sum()
    }

    fn stated(&self, which: impl Fn(Bucket) -> bool) -> Vec<MoneyDto> {
        let mut sums = Totals::default();
        for total in self.totals.iter().filter(|total| which(total.bucket)) {
            if let Some(currency) = total.currency {
                add(&mut sums, total.stated.to_decimal(), currency);
            }
        }
        money(&sums)
    }

    fn blockers(&self, which: impl Fn(Bucket) -> bool) -> Vec<Blocker> {
        let mut counts: BTreeMap<Bucket, u32> = BTreeMap::new();
        for total in self.totals.iter().filter(|total| which(total.bucket)) {
            *counts.entry(total.bucket).or_default() += total.count;
        }
        let blocker = |(bucket, count)| Blocker {
            what: Bucket::as_str(bucket).to_owned(),
            count,
            amounts: self.stated(|other| other == bucket),
        };
        counts.into_iter().map(blocker).collect()
    }

    fn documents(&self, issued: bool) -> Documents {
        let mut sums = Totals::default();
        let mut count = 0;
        for total in self.documents.iter().filter(|total| total.issued == issued) {
            count += total.documents;
            add(&mut sums, total.net.to_decimal(), total.currency);
        }
        Documents {
            count,
            net: money(&sums),
        }
    }
}

struct Documents {
    count: u32,
    net: Vec<MoneyDto>,
}

/// Adds an amount to sums.
pub(crate) fn add(sums: &mut Totals, amount: Decimal, currency: Currency) {
    sums.add(Money::new(amount, currency))
        .expect("sums of 64-bit millionths fit 28 digits");
}

fn cell(
    stage: &str,
    state: &str,
    count: u32,
    amounts: Vec<MoneyDto>,
    blocked_by: Vec<Blocker>,
) -> BoardCell {
    BoardCell {
        stage: stage.to_owned(),
        state: state.to_owned(),
        count,
        amounts,
        blocked_by,
    }
}
