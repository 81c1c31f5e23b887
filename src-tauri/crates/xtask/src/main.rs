//! The developer's commands: `cargo xtask run`, `test`, `bench`, `bindings`, `tidy`, `icons`.

mod icons;
mod shell;

fn main() {
    icons::icons().expect("icons");
}
