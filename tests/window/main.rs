//! Window tests: the real program, driven by WebDriver, as a person would use it.
#[test]
fn smoke() {
    let folder = tempfile::tempdir().unwrap();
    let w = testkit::Window::open(&testkit::Launch { program: std::env::var_os("TALLYWATT_PROGRAM").unwrap().into(), folder: folder.path().into(), book: folder.path().join("b"), pick_files: vec![], pictures: true });
    println!("{}", w.text("hello")); w.screenshot(std::path::Path::new("/tmp/smoke.png"));
    for s in ["return String(window.__TAURI__)", "return String(Object.isFrozen(Object.prototype))", "try { return String(eval('1+1')) } catch (e) { return String(e) }", "return navigator.userAgent", "return String(matchMedia('(prefers-color-scheme: dark)').matches)", "return [innerWidth, innerHeight, devicePixelRatio].join()"] {
        println!("{s} -> {}", w.script(s));
    }
    println!("{:?}", w.session().async_script("const done = arguments[arguments.length-1]; window.__TAURI_INTERNALS__.invoke('xx').then(r => done(['ok', r]), e => done(['err', String(e)]))"));
    println!("{:?}", w.session().async_script("const done = arguments[arguments.length-1]; window.__TAURI_INTERNALS__.invoke('plugin:dialog|open', {options:{}}).then(r => done(['ok', r]), e => done(['err', String(e)]))"));
    println!("{:?}", w.session().async_script("const done = arguments[arguments.length-1]; fetch('https://example.com').then(r => done(['ok', r]), e => done(['err', String(e)]))"));
    w.screenshot(std::path::Path::new("/tmp/smoke.png"));
}
