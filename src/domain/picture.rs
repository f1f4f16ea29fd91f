//! Turns the bytes of a picture into the two sizes that are shown.
//!
//! Everything is decoded and encoded anew, so nothing of the original file reaches a browser:
//! no metadata, no place where it was taken, no trailing bytes.
//! Invariant: dimensions are checked before a pixel is decoded.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use super::column::text_enum;

/// Bytes of a picture that is uploaded; phones make pictures of about four megabytes.
pub const UPLOAD_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Pixels that are decoded; 40 megapixels take 160 MB for a moment.
pub const PIXELS_MAX: u64 = 40_000_000;
/// Pixels on one side, so that a thin strip cannot get round the limit of the area in a resize.
pub const SIDE_MAX: u32 = 12_000;
/// The longer side of the small size: a card on a phone of three pixels to a point.
pub const SMALL_SIDE: u32 = 480;
/// The longer side of the large size: a phone's full screen.
pub const LARGE_SIDE: u32 = 1_440;
/// Where JPEG's faults begin to be seen, a bit above.
const JPEG_QUALITY: u8 = 82;
/// Bytes that a decoder may take beside the pixels it returns.
const DECODER_BYTES_MAX: u64 = 512 * 1024 * 1024;

text_enum! {
    /// One of the sizes in which a picture is kept.
    ImageSize {
        /// For cards and lists.
        Small = "small",
        /// For the full screen.
        Large = "large",
    }
}

/// A picture in the two sizes that are kept, both JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels of the large size.
    pub width: u32,
    /// Pixels of the large size.
    pub height: u32,
    /// At most [`SMALL_SIDE`] on the longer side.
    pub small: Vec<u8>,
    /// At most [`LARGE_SIDE`] on the longer side.
    pub large: Vec<u8>,
}

/// Why a picture was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a whole JPEG, PNG or WebP.
    #[error("this is no JPEG, PNG or WebP picture that can be read")]
    Unreadable,
    /// More pixels than are decoded.
    #[error("the picture has more than 40 megapixels or a side above 12,000 pixels")]
    TooManyPixels,
}

/// Decodes a picture and makes both sizes; what it is, its first bytes decide.
///
/// # Errors
/// Refuses other formats, broken files and too many pixels.
pub fn process(bytes: &[u8]) -> Result<Picture, PictureError> {
    let original = decode(bytes)?;
    let large = flatten(shrink(original, LARGE_SIDE));
    let small = shrink(DynamicImage::ImageRgb8(large.clone()), SMALL_SIDE).into_rgb8();
    let (width, height) = large.dimensions();
    Ok(Picture { width, height, small: encode(&small)?, large: encode(&large)? })
}

/// A picture whose sizes were made before, such as those that come with the program.
///
/// # Errors
/// When the large size is no JPEG.
pub fn prepared(small: Vec<u8>, large: Vec<u8>) -> Result<Picture, PictureError> {
    let reader = ImageReader::with_format(Cursor::new(&large), ImageFormat::Jpeg);
    let (width, height) = reader.into_dimensions().map_err(|_| PictureError::Unreadable)?;
    Ok(Picture { width, height, small, large })
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let format = image::guess_format(bytes).map_err(|_| PictureError::Unreadable)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(PictureError::Unreadable);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::Unreadable)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > SIDE_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PictureError::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Unreadable)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Makes the longer side at most `side` pixels; smaller pictures stay as they are.
fn shrink(image: DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= side {
        return image;
    }
    // Averaging down to twice the size first costs little and leaves the good filter little to do.
    let rough = if image.width().max(image.height()) > side * 3 {
        image.thumbnail(side * 2, side * 2)
    } else {
        image
    };
    rough.resize(side, side, FilterType::CatmullRom)
}

/// Puts transparent pictures on white, which JPEG cannot leave open.
fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| over_white(channel, alpha)))
    })
}

fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    // Both products are at most 255 * 255, so the quotient fits a byte.
    u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    image.write_with_encoder(encoder).map_err(|_| PictureError::Unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(image: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[track_caller]
    fn size(jpeg: &[u8]) -> (u32, u32) {
        assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
        ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg).into_dimensions().unwrap()
    }

    /// A PNG whose header promises dimensions that its few bytes do not hold.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = png(&DynamicImage::new_luma8(1, 1));
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&bytes[12..29]).to_be_bytes();
        bytes[29..33].copy_from_slice(&crc);
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn both_sizes_keep_the_shape() {
        let picture = process(&png(&DynamicImage::new_rgb8(2_000, 1_000))).unwrap();
        assert_eq!((picture.width, picture.height), (1_440, 720));
        assert_eq!((size(&picture.large), size(&picture.small)), ((1_440, 720), (480, 240)));
        let tiny = process(&png(&DynamicImage::new_rgb8(3, 700))).unwrap();
        assert_eq!((size(&tiny.large), size(&tiny.small)), ((3, 700), (2, 480)));
    }

    #[test]
    fn transparency_becomes_white() {
        let picture = process(&png(&DynamicImage::new_rgba8(4, 4))).unwrap();
        let pixels = image::load_from_memory(&picture.small).unwrap().into_rgb8();
        assert!(pixels.pixels().all(|pixel| pixel.0.iter().all(|channel| *channel > 250)));
    }

    #[test]
    fn a_turned_camera_makes_an_upright_picture() {
        let mut jpeg = Vec::new();
        RgbImage::new(40, 20).write_with_encoder(JpegEncoder::new(&mut jpeg)).unwrap();
        // Exif with the single tag 0x0112 (orientation) of value 6: turn by 90 degrees.
        let exif = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
        let picture = process(&turned).unwrap();
        assert_eq!((picture.width, picture.height), (20, 40));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let cut = &png(&DynamicImage::new_rgb8(200, 200))[..120];
        let gif =
            b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00;";
        for bytes in [&svg[..], b"<!doctype html><title>x</title>", cut, gif, b"", b"\x89PNG\r\n\x1a\n"] {
            assert_eq!(process(bytes), Err(PictureError::Unreadable), "{:?}", bytes.get(..8));
        }
    }

    #[test]
    fn bombs_are_refused_before_a_pixel_is_decoded() {
        for (width, height) in [(60_000, 60_000), (12_001, 1), (1, 12_001), (8_000, 8_000)] {
            assert_eq!(
                process(&png_header(width, height)),
                Err(PictureError::TooManyPixels),
                "{width}x{height}"
            );
        }
    }
}
