//! Which of several sources counts where they disagree about a session.
//!
//! The charger, the session and the back office each have figures of their own. An agreement says,
//! for energy, start and end apart, in which order the sources are asked; the first that has a
//! figure to rely on counts (our readings I-42 to I-46).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TruthSource {
    /// What the meter signed; only a signature that was verified counts.
    Signed,
    /// The meter's register as the charger told it, not signed.
    Meter,
    /// The session.
    Session,
    /// The CDR itself, which always states all three figures.
    Cdr,
}

impl TruthSource {
    /// Every source, in the order screens show them.
    pub const ALL: [TruthSource; 4] = [
        TruthSource::Signed,
        TruthSource::Meter,
        TruthSource::Session,
        TruthSource::Cdr,
    ];

    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            TruthSource::Signed => "signed",
            TruthSource::Meter => "meter",
            TruthSource::Session => "session",
            TruthSource::Cdr => "cdr",
        }
    }
}

/// Why a text is no rule, or a list no order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotARule {
    /// No such source.
    #[error("{0:?} is no source: signed, meter, session or cdr")]
    Source(String),
    /// No such figure.
    #[error("{0:?} is no figure: energy, start or end")]
    Figure(String),
    /// A source is named twice.
    #[error("{} is named twice", .0.as_str())]
    Twice(TruthSource),
    /// What follows the CDR can never count, since the CDR always states a figure.
    #[error("{} comes after cdr and would never count", .0.as_str())]
    AfterCdr(TruthSource),
    /// The text is not of the form `figure=source,source`.
    #[error("{0:?} is not written as figure=source,source")]
    Form(String),
}

/// Sources in the order in which they are asked, each once. The CDR is always the last.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<TruthSource>", into = "Vec<TruthSource>")]
pub struct SourceOrder(Vec<TruthSource>);

impl SourceOrder {
    /// An order of these sources; the CDR is put behind them where it is not named.
    ///
    /// # Errors
    /// When a source stands twice, or behind the CDR.
    pub fn new(sources: impl IntoIterator<Item = TruthSource>) -> Result<Self, NotARule> {
        let mut order: Vec<TruthSource> = Vec::new();
        for source in sources {
            if order.contains(&source) {
                return Err(NotARule::Twice(source));
            }
            if order.contains(&TruthSource::Cdr) {
                return Err(NotARule::AfterCdr(source));
            }
            order.push(source);
        }
        if !order.contains(&TruthSource::Cdr) {
            order.push(TruthSource::Cdr);
        }
        Ok(SourceOrder(order))
    }

    /// The sources, the one that counts most first.
    pub fn sources(&self) -> &[TruthSource] {
        &self.0
    }

    /// Whether the CDR's own figure counts in every case.
    pub fn is_as_stated(&self) -> bool {
        self.0.first() == Some(&TruthSource::Cdr)
    }

    /// Whether one source is asked before another.
    pub fn prefers(&self, one: TruthSource, other: TruthSource) -> bool {
        let place = |source| self.0.iter().position(|named| *named == source);
        match (place(one), place(other)) {
            (Some(one), Some(other)) => one < other,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

impl Default for SourceOrder {
    fn default() -> Self {
        SourceOrder(vec![TruthSource::Cdr])
    }
}

impl TryFrom<Vec<TruthSource>> for SourceOrder {
    type Error = NotARule;

    fn try_from(sources: Vec<TruthSource>) -> Result<Self, NotARule> {
        SourceOrder::new(sources)
    }
}

impl From<SourceOrder> for Vec<TruthSource> {
    fn from(order: SourceOrder) -> Self {
        order.0
    }
}

impl FromStr for SourceOrder {
    type Err = NotARule;

    fn from_str(text: &str) -> Result<Self, NotARule> {
        let named = text.split(',').map(|word| {
            let word = word.trim();
            let known = TruthSource::ALL.into_iter();
            let mut known = known.filter(|source| word.eq_ignore_ascii_case(source.as_str()));
            known
                .next()
                .ok_or_else(|| NotARule::Source(word.to_owned()))
        });
        SourceOrder::new(named.collect::<Result<Vec<_>, _>>()?)
    }
}

impl fmt::Display for SourceOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, source) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(source.as_str())?;
        }
        Ok(())
    }
}

/// Which source counts for each figure of a session. Where nothing was agreed the CDR states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TruthRule {
    /// For the energy.
    pub energy: SourceOrder,
    /// For the start.
    pub start: SourceOrder,
    /// For the end.
    pub end: SourceOrder,
}

impl TruthRule {
    /// Figures by name, each with its order.
    pub fn named(&self) -> [(&'static str, &SourceOrder); 3] {
        [
            ("energy", &self.energy),
            ("start", &self.start),
            ("end", &self.end),
        ]
    }

    /// The rule with another order for one figure.
    ///
    /// # Errors
    /// When the figure or a source is unknown, or the order is none.
    pub fn with(mut self, figure: &str, order: &str) -> Result<Self, NotARule> {
        let place = match figure.trim().to_ascii_lowercase().as_str() {
            "energy" => &mut self.energy,
            "start" => &mut self.start,
            "end" => &mut self.end,
            _ => return Err(NotARule::Figure(figure.trim().to_owned())),
        };
        *place = order.parse()?;
        Ok(self)
    }

    /// The rule with a change written as `energy=signed,meter,cdr`.
    ///
    /// # Errors
    /// As [`with`](Self::with), and when the text has another form.
    pub fn changed(self, change: &str) -> Result<Self, NotARule> {
        let (figure, order) = change
            .split_once('=')
            .ok_or_else(|| NotARule::Form(change.to_owned()))?;
        self.with(figure, order)
    }

    /// Whether the CDR's own figures count in every case.
    pub fn is_as_stated(&self) -> bool {
        self.named().iter().all(|(_, order)| order.is_as_stated())
    }
}

impl fmt::Display for TruthRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [energy, start, end] = self.named().map(|(name, order)| format!("{name}={order}"));
        write!(f, "{energy} {start} {end}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_ends_with_the_cdr() {
        for (text, reads) in [
            ("signed,meter,cdr", "signed,meter,cdr"),
            ("Signed, session", "signed,session,cdr"),
            ("cdr", "cdr"),
        ] {
            assert_eq!(text.parse::<SourceOrder>().unwrap().to_string(), reads);
        }
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for (text, why) in [
            ("", NotARule::Source(String::new())),
            ("signed,gut feeling", NotARule::Source("gut feeling".into())),
            ("meter,meter", NotARule::Twice(TruthSource::Meter)),
            ("cdr,signed", NotARule::AfterCdr(TruthSource::Signed)),
        ] {
            assert_eq!(text.parse::<SourceOrder>(), Err(why), "{text:?}");
        }
        let stored = serde_json::from_str::<SourceOrder>(r#"["cdr","signed"]"#);
        assert!(stored.is_err(), "what is stored is checked, too");
    }

    #[test]
    fn a_rule_changes_figure_by_figure() {
        let rule = TruthRule::default();
        assert!(rule.is_as_stated(), "by default the CDR states it");
        let rule = rule.changed("energy=signed,meter").unwrap();
        let rule = rule.changed(" Start = session").unwrap();
        assert_eq!(
            rule.to_string(),
            "energy=signed,meter,cdr start=session,cdr end=cdr"
        );
        assert!(!rule.is_as_stated());
        assert!(rule.energy.prefers(TruthSource::Signed, TruthSource::Meter));
        assert!(!rule.start.prefers(TruthSource::Signed, TruthSource::Meter));
        assert_eq!(
            rule.clone().changed("power=cdr"),
            Err(NotARule::Figure("power".into()))
        );
        assert_eq!(
            rule.clone().changed("energy"),
            Err(NotARule::Form("energy".into()))
        );
        let stored = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<TruthRule>(&stored).unwrap(), rule);
    }
}
