//! Draws QR codes: black on white, with the quiet zone of four modules that ISO/IEC 18004 asks for.

use std::fmt::Write;
use std::ops::RangeInclusive;

use qrcode::{Color, EcLevel, QrCode};

/// Pixels of each side that may be asked for; 2,048 print 17 cm at 300 dots an inch.
pub const SIZES: RangeInclusive<u32> = 64..=2048;
/// Pixels of each side where nobody asks for others.
pub const SIZE_DEFAULT: u32 = 512;
/// White modules around the code.
const QUIET: usize = 4;

/// A code as rows of dark and light modules.
struct Modules {
    width: usize,
    dark: Vec<bool>,
}

impl Modules {
    /// `None` for a text that no code holds. A fifteenth of a code may be hidden or dirty.
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { width, dark })
    }

    /// Modules of each side, the quiet zone included.
    const fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.width)
    }
}

/// The code as a vector picture.
pub fn svg(text: &str, size: u32) -> Option<String> {
    let modules = Modules::of(text)?;
    let side = modules.side();
    let mut path = String::new();
    for (y, row) in modules.rows().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// The code as a picture of pixels, one bit each; modules are whole pixels, and what is left over of
/// the size makes the quiet zone wider.
pub fn png(text: &str, size: u32) -> Option<Vec<u8>> {
    let modules = Modules::of(text)?;
    let scale = (size as usize / modules.side()).max(1);
    let side = (size as usize).max(modules.side());
    let before = (side - modules.width * scale) / 2;
    let stride = side.div_ceil(8);
    // White is 1.
    let mut bits = vec![0xff_u8; stride * side];
    for (y, row) in modules.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            for line in 0..scale {
                for dot in 0..scale {
                    let (left, top) = (before + x * scale + dot, before + y * scale + line);
                    bits[top * stride + left / 8] &= !(0x80 >> (left % 8));
                }
            }
        }
    }
    let mut file = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bits).ok()?;
    writer.finish().ok()?;
    Some(file)
}
