//! Makes both sizes of the demo's pictures, so that `vetrina demo` starts without decoding any.
//!
//! Run `cargo run --release --example demo_pictures` after `demo/images/` has changed.

use std::path::Path;
use std::{fs, io};

use vetrina::domain::picture;

fn main() -> io::Result<()> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    for size in ["small", "large"] {
        fs::create_dir_all(demo.join("pictures").join(size))?;
    }
    for entry in fs::read_dir(demo.join("images"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        let made = picture::process(&fs::read(&path)?).map_err(io::Error::other)?;
        fs::write(demo.join("pictures/small").join(name), made.small)?;
        fs::write(demo.join("pictures/large").join(name), made.large)?;
        println!("{} {}x{}", path.display(), made.width, made.height);
    }
    Ok(())
}
