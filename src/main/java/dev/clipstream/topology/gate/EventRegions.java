package dev.clipstream.topology.gate;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.Occlusion;
import dev.clipstream.event.TagRegion;
import dev.clipstream.label.LabelSet;
import dev.clipstream.region.Box;
import dev.clipstream.region.HeatMap;
import dev.clipstream.region.Lead;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.TaggerSnapshot;
import java.util.List;
import java.util.Optional;

/// Where the labels of a medium are: the wire forms of its occlusion vectors and of the regions of its tags.
public final class EventRegions {
    private final OccludedImage image;

    private EventRegions(OccludedImage image) {
        this.image = image;
    }

    /// Returns the record of the vectors of a medium.
    ///
    /// @param view the part of the image that the model sees
    public static Occlusion record(OcclusionVectors vectors, ModelView view) {
        Box seen = view.seen();
        return Occlusion.newBuilder()
                .setGrid(dev.clipstream.region.Occlusion.SIDE)
                .setVectors(vectors.toLittleEndian())
                .setX((float) seen.left())
                .setY((float) seen.top())
                .setWidth((float) seen.width())
                .setHeight((float) seen.height())
                .build();
    }

    /// Reads the vectors of a medium.
    ///
    /// @param image its vector
    /// @param model the model of the event's fingerprint
    /// @return empty: the event has none, or some that this version cannot read, such as those of another grid. Regions
    ///     are an addition, so a medium without them is tagged all the same
    public static Optional<EventRegions> read(MediaEmbedded event, Embedding image, ModelIdentity model) {
        Occlusion record = event.getOcclusion();
        if (record == null || record.getGrid() != dev.clipstream.region.Occlusion.SIDE) {
            return Optional.empty();
        }
        try {
            ModelView view =
                    new ModelView(new Box(record.getX(), record.getY(), record.getWidth(), record.getHeight()));
            OcclusionVectors vectors = OcclusionVectors.fromLittleEndian(record.getVectors(), model.dimension());
            return Optional.of(new EventRegions(new OccludedImage(image, vectors, view)));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /// Returns the regions of a tag: one, or none if no part of the image speaks for the label. A broader label is
    /// where the narrower one is that brought it.
    ///
    /// @param snapshot the taggers that made the tag
    public List<TagRegion> of(TaggerSnapshot snapshot, LabelSet set, ScoredLabel tag) {
        String scored = tag.derivedFrom() == null ? tag.labelId() : tag.derivedFrom();
        return snapshot.find(set.name())
                .flatMap(tagger -> tagger.lead(scored))
                .flatMap(this::region)
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<TagRegion> region(Lead lead) {
        HeatMap map = image.map(lead);
        return map.box()
                .map(image.view()::inImage)
                .map(box -> TagRegion.newBuilder()
                        .setX((float) box.left())
                        .setY((float) box.top())
                        .setWidth((float) box.width())
                        .setHeight((float) box.height())
                        .setScore((float) map.peak())
                        .build());
    }
}
