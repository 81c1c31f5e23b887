//! The texts that cells share.

use quick_xml::events::Event;

use super::part::{Part, add_text, unescaped};
use crate::error::Error;
use crate::grid::{Grids, Packed, within};
use crate::limits;

/// Reads the table of shared texts. What stands beside one to say how it is pronounced is no
/// part of it.
pub(super) fn read(mut part: Part<'_>, grids: &mut Grids) -> Result<Vec<Option<Packed>>, Error> {
    let mut texts = Vec::new();
    let mut text = String::new();
    let (mut is_text, mut is_aside) = (false, false);
    loop {
        let event = part.next()?;
        let mut is_whole = false;
        match &event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "si" => text.clear(),
                "rPh" => is_aside = true,
                "t" => is_text = !is_aside,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "si" => {
                    within(texts.len(), limits::SHARED_TEXTS, "shared texts")?;
                    texts.push(grids.text(&unescaped(&text))?);
                    is_whole = true;
                }
                "rPh" => is_aside = false,
                "t" => is_text = false,
                _ => {}
            },
            Event::Eof => return Ok(texts),
            other if is_text => add_text(&mut text, other)?,
            _ => {}
        }
        if is_whole {
            part.earn();
        }
    }
}
