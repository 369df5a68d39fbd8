package dev.clipstream.clip.bundle;

import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Fit;

/// What a family decides about resizing where a preprocessing file does not say.
///
/// @param fit      for a file that gives its size as a bare number or leaves out `do_center_crop`
/// @param rounding how the crop's offset is rounded
public record ResizeDefaults(Fit fit, CropRounding rounding) {}
