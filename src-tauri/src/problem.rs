//! Bugs: a panic in a use case is caught here and told like any other problem.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use office::api::Problem;

thread_local! {
    /// Where the last panic of this thread happened; the panic's payload does not know.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A problem of the shell's own.
pub fn problem(code: &str, retry: &str, text: impl Into<String>) -> Problem {
    Problem {
        code: code.to_owned(),
        retry: retry.to_owned(),
        text: text.into(),
        params: BTreeMap::new(),
    }
}

/// Notes where a panic happens, and still prints it.
pub fn note_places() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        PLACE.with(|last| *last.borrow_mut() = place);
        print(info);
    }));
}

/// The answer of `work`; a panic is a problem with the code `bug` that says what broke where.
pub fn caught<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    // What `work` borrowed may be half done: the caller throws it away when the code is `bug`.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let place = PLACE.with(|last| std::mem::take(&mut *last.borrow_mut()));
        Err(problem(
            "bug",
            "no",
            format!("{} ({place})", message(payload.as_ref())),
        ))
    })
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_problem_that_says_what_and_where() {
        note_places();
        let told = caught::<()>(|| panic!("a step never lowers {}", "what is billed"));
        let told = told.expect_err("it panicked");
        assert_eq!(told.code, "bug");
        assert!(
            told.text.starts_with("a step never lowers what is billed"),
            "{}",
            told.text
        );
        assert!(
            told.text.contains("problem.rs"),
            "the place is named: {}",
            told.text
        );
    }

    #[test]
    fn a_good_answer_passes() {
        assert_eq!(caught(|| Ok(7)), Ok(7));
    }
}
