package io.sluice.lucene9;

import io.sluice.snapshot.CommittedSegment;
import io.sluice.snapshot.UnknownCodecException;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.backward_codecs.lucene70.Lucene70SegmentInfoFormat;
import org.apache.lucene.backward_codecs.lucene86.Lucene86SegmentInfoFormat;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Version;

/**
 * The formats of one segment that documents need.
 *
 * <p>A server's own codec (k-NN's, for one) has a name that is not known here, but most keep Lucene's formats
 * for everything except postings and vectors. Those are told by the segment's info: the version says which
 * formats were current, and an attribute names the one of the stored fields.
 *
 * @param codec for field infos, live docs and compound files
 * @param storedFields the format of the stored fields
 */
record SegmentCodec(SegmentInfo info, Codec codec, StoredFieldsFormat storedFields) {

    /** Since when each codec is Lucene's default; newest first. */
    private static final List<Default> DEFAULTS = List.of(
            new Default(9, 12, "Lucene912"),
            new Default(9, 9, "Lucene99"),
            new Default(9, 5, "Lucene95"),
            new Default(9, 4, "Lucene94"),
            new Default(9, 2, "Lucene92"),
            new Default(9, 1, "Lucene91"),
            new Default(9, 0, "Lucene90"),
            new Default(8, 7, "Lucene87"),
            new Default(8, 6, "Lucene86"),
            new Default(8, 4, "Lucene84"),
            new Default(8, 0, "Lucene80"),
            new Default(7, 0, "Lucene70"));

    /** Lucene 8.6 to 8.11, and 7.0 to 8.5. */
    private static final List<SegmentInfoFormat> OLDER_SEGMENT_INFO_FORMATS =
            List.of(new Lucene86SegmentInfoFormat(), new Lucene70SegmentInfoFormat());

    /** k-NN takes vectors out of the stored source and puts this attribute in their place. */
    private static final String VECTORS_NOT_IN_SOURCE = "derived_vector_fields";

    private record Default(int major, int minor, String codec) {}

    /**
     * Reads the segment's info and finds its formats.
     *
     * @param what the segment and its shard, as a message calls them
     */
    static SegmentCodec of(Directory directory, CommittedSegment segment, String what) throws IOException {
        return Codec.availableCodecs().contains(segment.codec())
                ? known(directory, segment, Codec.forName(segment.codec()))
                : unknown(directory, segment, what);
    }

    private static SegmentCodec known(Directory directory, CommittedSegment segment, Codec codec) throws IOException {
        SegmentInfo info = codec.segmentInfoFormat().read(directory, segment.name(), segment.id(), IOContext.READONCE);
        info.setCodec(codec);
        StoredFieldsFormat storedFields = StoredFieldsFormats.of(info);
        return new SegmentCodec(info, codec, storedFields == null ? codec.storedFieldsFormat() : storedFields);
    }

    private static SegmentCodec unknown(Directory directory, CommittedSegment segment, String what) throws IOException {
        SegmentInfo info = readInfo(directory, segment, what);
        StoredFieldsFormat storedFields = StoredFieldsFormats.of(info);
        if (storedFields == null) {
            throw new UnknownCodecException(what, "the codec " + segment.codec(), Lucene9Format.DESCRIPTION);
        }
        Codec codec = defaultCodec(info.getVersion());
        info.setCodec(codec);
        return new SegmentCodec(info, codec, storedFields);
    }

    /** Whether what is stored as the source is less than the client sent. */
    boolean lacksVectors() {
        return info.getAttribute(VECTORS_NOT_IN_SOURCE) != null;
    }

    private static SegmentInfo readInfo(Directory directory, CommittedSegment segment, String what) throws IOException {
        try {
            return SegmentInfo90.read(directory, segment.name(), segment.id());
        } catch (CorruptIndexException e) {
            requireOtherFormat(e);
        }
        for (SegmentInfoFormat format : OLDER_SEGMENT_INFO_FORMATS) {
            try {
                return format.read(directory, segment.name(), segment.id(), IOContext.READONCE);
            } catch (CorruptIndexException e) {
                requireOtherFormat(e);
            }
        }
        throw new UnknownCodecException(what, "the codec " + segment.codec(), Lucene9Format.DESCRIPTION);
    }

    private static void requireOtherFormat(CorruptIndexException e) throws CorruptIndexException {
        if (!String.valueOf(e.getMessage()).startsWith("codec mismatch")) {
            throw e; // the right format, and damage
        }
    }

    private static Codec defaultCodec(Version version) {
        for (Default since : DEFAULTS) {
            if (version.onOrAfter(Version.fromBits(since.major, since.minor, 0))) {
                return Codec.forName(since.codec);
            }
        }
        return Codec.forName(DEFAULTS.get(DEFAULTS.size() - 1).codec);
    }
}
