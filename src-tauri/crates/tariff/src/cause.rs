//! The cause of a difference: the smallest change of reading that gives the partner's figure.
//!
//! [`find_cause`] prices a CDR again under each other reading of each switch, then under
//! suppositions about the data (another tariff version, the clock in UTC, …), and only then under
//! two readings at once, and tells which of them give what the partner states (SEMANTICS ch. 8,
//! explain mode). [`infer_policy`] asks the same of a whole month.
//!
//! Nothing is guessed: an explanation is a price of the engine under the changed input, put beside
//! the stated figures by [`crate::compare`].
//!
//! Reading order: `change` (what may be changed, and its words), `relevant` (which readings can
//! matter for a session), `supposed` (how a supposition changes the input), `fit` (how closely a
//! price gives the stated figures), `month`.

mod change;
mod fit;
mod month;
mod relevant;
mod supposed;
mod wording;

use domain::replay::{Amount, Parts};
use domain::{Cdr, Decimal, Policy, Rounding, RoundingStage, Tariff, TaxStage};

pub use self::change::Change;
pub use self::fit::Fit;
use self::fit::Stated;
pub use self::month::{Inferred, MonthCdr, infer_policy};
use self::relevant::{Facts, Reading, readings};
use crate::input::ReplayInput;
use crate::replay::price;

/// From here on no further pair is looked at.
const VARIANTS_MAX: u32 = 6000;
/// Most explanations that are handed back, the simplest first.
const EXPLANATIONS_MAX: usize = 24;

/// What else could have priced the session, as far as the caller knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbours<'a> {
    /// Earlier and later versions of the session's tariff, the likeliest first.
    pub versions: &'a [&'a Tariff],
    /// Other tariffs of the connector.
    pub connector: &'a [&'a Tariff],
    /// VAT of other countries, in percent.
    pub other_vat_rates: &'a [Decimal],
}

/// A CDR whose stated figure is to be explained.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The CDR with its stated figures.
    pub cdr: &'a Cdr,
    /// What it is replayed from; its policy is the one that is changed.
    pub input: ReplayInput<'a>,
    /// The agreement's tolerance, in the CDR's currency.
    pub tolerance: Decimal,
    /// What else could have priced it.
    pub others: Neighbours<'a>,
}

impl<'a> Question<'a> {
    /// The input under another policy. Whether a credit's volumes are turned round is read anew
    /// (I-24).
    fn under<'p>(&self, policy: &'p Policy) -> ReplayInput<'p>
    where
        'a: 'p,
    {
        let input = self.input;
        let same_sign = policy.credit_sign == input.policy.credit_sign;
        let mirrored = if same_sign {
            input.mirrored
        } else {
            ReplayInput::of_cdr(self.cdr, &[], None, policy).mirrored
        };
        ReplayInput {
            mirrored,
            policy,
            ..input
        }
    }
}

/// One set of changes that gives the stated figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is read otherwise: one change, or two readings.
    pub changes: Vec<Change>,
    /// The figures under the changes, as the changed policy rounds them.
    pub reproduced: Parts<Option<Amount>>,
    /// How closely they give the stated ones.
    pub fit: Fit,
}

impl Explanation {
    /// One sentence in English, stable per change: "matches if every period is rounded up to its
    /// step".
    pub fn text(&self) -> String {
        let clauses: Vec<String> = self.changes.iter().map(Change::clause).collect();
        let limit = match self.fit {
            Fit::Every => "matches if",
            Fit::Parts | Fit::Nearly => "matches within rounding if",
            Fit::Total => "the total alone matches if",
            Fit::TotalNearly => "the total alone matches within rounding if",
        };
        format!("{limit} {}", clauses.join(" and "))
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// Those that give the stated figure, closest and simplest first; none if the CDR matches as
    /// it is, or if nothing explains it.
    pub explanations: Vec<Explanation>,
    /// How many prices were looked at.
    pub tried: u32,
    /// How many explanations are as close and as simple as the first: more than one means that
    /// the figures cannot tell them apart.
    pub equally_simple: usize,
}

/// Searches what gives the stated figures: each reading alone, each supposition about the data,
/// then two readings together. Pairs are tried only where no single change gives every figure.
///
/// Where parts are stated and right as they are (I-71), only what moves the total alone is tried:
/// rounding, limits, the sign of a credit. What would make the total right and a right part wrong
/// is no cause.
///
/// The same question always has the same answer. At most a few thousand prices are computed.
pub fn find_cause(question: &Question<'_>) -> Causes {
    let mut search = Search::new(question);
    if search.matches_already() {
        return search.into_causes();
    }
    let facts = Facts::of(question);
    let singles = search.try_singles(&facts);
    search.try_suppositions(&facts);
    if !search.explained() {
        search.try_pairs(&singles);
    }
    search.into_causes()
}

/// What a price is compared by.
#[derive(Clone, Debug)]
struct Figures {
    /// As the policy rounds them.
    totals: Parts<Option<Amount>>,
    /// Before rounding.
    exact: Parts<Option<Amount>>,
}

impl Figures {
    fn of(input: &ReplayInput<'_>) -> Self {
        let priced = price(input);
        Figures {
            totals: priced.totals,
            exact: priced.exact,
        }
    }

    /// The same session where only the totals are rounded, by another rule.
    fn rounded_by(&self, rounding: Rounding) -> Self {
        let round = |amount: Option<Amount>| {
            amount.map(|amount| Amount {
                excl_vat: amount.excl_vat.map(|net| rounding.apply(net)),
                incl_vat: amount.incl_vat.map(|gross| rounding.apply(gross)),
            })
        };
        let exact = &self.exact;
        Figures {
            totals: Parts {
                total: round(exact.total),
                fixed: round(exact.fixed),
                energy: round(exact.energy),
                time: round(exact.time),
                parking: round(exact.parking),
                reservation: round(exact.reservation),
            },
            exact: self.exact.clone(),
        }
    }
}

/// One reading alone, with its price.
struct Single {
    reading: Reading,
    policy: Policy,
    figures: Figures,
}

struct Search<'q> {
    question: &'q Question<'q>,
    base: Policy,
    as_it_is: Figures,
    stated: Stated,
    tried: u32,
    found: Vec<Explanation>,
}

impl<'q> Search<'q> {
    fn new(question: &'q Question<'q>) -> Self {
        let base = *question.input.policy;
        let as_it_is = Figures::of(&question.input);
        Search {
            question,
            base,
            stated: fit::stated(question, &as_it_is, &base),
            as_it_is,
            tried: 1,
            found: Vec::new(),
        }
    }

    /// Whether there is nothing to explain: every figure agrees, or none is stated.
    fn matches_already(&self) -> bool {
        let fit = fit::of(self.question, &self.as_it_is, &self.base);
        self.question.cdr.totals.cost.is_none() || fit.is_some_and(Fit::has_parts)
    }

    /// Whether some single change gives every stated figure.
    fn explained(&self) -> bool {
        self.found.iter().any(|found| found.fit == Fit::Every)
    }

    /// Whether every stated part is right as it is, so that only the total is to be explained.
    fn parts_given(&self) -> bool {
        self.stated == Stated::PartsGiven
    }

    /// Whether changes may explain the total and leave a stated part unexplained. Where all parts
    /// were right before, they would make them wrong; and of pairs there are so many that some
    /// give any total by chance.
    fn may_miss_parts(&self, pair: bool) -> bool {
        match self.stated {
            Stated::TotalOnly => true,
            Stated::PartsOff => !pair,
            Stated::PartsGiven => false,
        }
    }

    fn try_singles(&mut self, facts: &Facts) -> Vec<Single> {
        let mut singles: Vec<Single> = Vec::new();
        let minor_digits = self.question.cdr.currency.minor_digits();
        for reading in readings(&self.base, minor_digits) {
            let leaves_parts = reading.moves_total_alone();
            if !reading.can_explain(facts) || (self.parts_given() && !leaves_parts) {
                continue;
            }
            let policy = reading.set(self.base);
            let figures = self.figures_under(&policy, &reading, &self.as_it_is);
            let changes = vec![reading.change()];
            self.keep(changes, &policy, &figures, &[]);
            singles.push(Single {
                reading,
                policy,
                figures,
            });
        }
        singles
    }

    fn try_suppositions(&mut self, facts: &Facts) {
        let base = self.base;
        for change in supposed::changes(self.question, facts) {
            let of_total = matches!(change, Change::TotalRounded { .. });
            let idle = if self.parts_given() {
                !change.moves_total_alone()
            } else {
                of_total
            };
            if idle {
                continue;
            }
            if let Some(figures) = supposed::price_with(self.question, &self.as_it_is, &change) {
                self.keep(vec![change], &base, &figures, &[]);
            }
        }
    }

    fn try_pairs(&mut self, singles: &[Single]) {
        for (place, first) in singles.iter().enumerate() {
            for second in &singles[place + 1..] {
                if first.reading.switch == second.reading.switch {
                    continue;
                }
                if self.tried >= VARIANTS_MAX {
                    return;
                }
                let policy = second.reading.set(first.policy);
                if second.reading.is_rounding()
                    && fit::is_far_off(self.question, &first.figures, &policy)
                {
                    continue;
                }
                let figures = self.figures_under(&policy, &second.reading, &first.figures);
                let changes = vec![first.reading.change(), second.reading.change()];
                let fewer = [&first.figures, &second.figures];
                self.keep(changes, &policy, &figures, &fewer);
            }
        }
    }

    /// The figures under a policy that `last` made of the one of `before`. Where only the rounding
    /// of totals is new, they are made from the exact figures at hand.
    fn figures_under(&self, policy: &Policy, last: &Reading, before: &Figures) -> Figures {
        let rounding = policy.rounding;
        let on_totals = rounding.stage == RoundingStage::PerTotal;
        if last.is_rounding() && on_totals && policy.tax_stage == TaxStage::PerRate {
            return before.rounded_by(rounding);
        }
        Figures::of(&self.question.under(policy))
    }

    /// Keeps changes that give the stated figure, unless fewer of them give the same figures.
    fn keep(
        &mut self,
        changes: Vec<Change>,
        policy: &Policy,
        figures: &Figures,
        fewer: &[&Figures],
    ) {
        self.tried += 1;
        let same = |other: &Figures| other.totals == figures.totals;
        if same(&self.as_it_is) || fewer.iter().any(|fewer| same(fewer)) {
            return;
        }
        let fit = fit::of(self.question, figures, policy);
        let pair = changes.len() > 1;
        if let Some(fit) = fit.filter(|fit| fit.has_parts() || self.may_miss_parts(pair)) {
            self.found.push(Explanation {
                changes,
                reproduced: figures.totals.clone(),
                fit,
            });
        }
    }

    fn into_causes(mut self) -> Causes {
        let rank = |found: &Explanation| (found.fit, found.changes.len());
        // A stable sort: of equals the order of the search stays.
        self.found.sort_by_key(rank);
        let first = self.found.first().map(rank);
        let equal = |found: &&Explanation| Some(rank(found)) == first;
        let equally_simple = self.found.iter().filter(equal).count();
        self.found.truncate(EXPLANATIONS_MAX);
        Causes {
            explanations: self.found,
            tried: self.tried,
            equally_simple,
        }
    }
}
