//! The desktop program.
fn main() {
    tallywatt_desktop::run();
}
