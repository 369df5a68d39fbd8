package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OcclusionVectors;

/// The vectors of an image and of its covered copies.
///
/// @param image    the vector of the whole image, as computed now
/// @param occluded the vectors of the copies
/// @param view     the part of the image that the model sees
public record OccludedPicture(Embedding image, OcclusionVectors occluded, ModelView view) {}
