package io.sluice.lucene9;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.lucene99.Lucene99SegmentInfoFormat;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Version;
import org.jspecify.annotations.Nullable;

/**
 * Reads the info of a segment, {@code .si}, of any Lucene since 9.0 and whatever its codec is called.
 *
 * <pre>
 *   info    := index header ("Lucene90SegmentInfo", 0)
 *              version  (0 | 1 version):u8  documents:i32  isCompound:u8
 *              hasBlocks:u8                                   (from 9.9 on, by {@code version})
 *              diagnostics:map  files:set  attributes:map  sort  footer
 *   version := major:i32 minor:i32 bugfix:i32
 *   map     := count:vint (string string){count}              set := count:vint string{count}
 * </pre>
 *
 * Little-endian. Lucene's own readers are one for each layout, which share a codec name and a version; and they
 * want the class of each field that the segment is sorted by, which a reader of documents has no use for.
 */
final class SegmentInfo90 {

    private static final String CODEC = "Lucene90SegmentInfo";
    private static final Version SINCE_HAS_BLOCKS = Version.fromBits(9, 9, 0);

    private SegmentInfo90() {}

    static SegmentInfo read(Directory directory, String segment, byte[] id) throws IOException {
        String file = IndexFileNames.segmentFileName(segment, "", Lucene99SegmentInfoFormat.SI_EXTENSION);
        try (ChecksumIndexInput in = directory.openChecksumInput(file, IOContext.READONCE)) {
            CodecUtil.checkIndexHeader(in, CODEC, 0, 0, id, "");
            SegmentInfo info = read(in, directory, segment, id);
            in.seek(in.length() - CodecUtil.footerLength());
            CodecUtil.checkFooter(in);
            return info;
        }
    }

    private static SegmentInfo read(ChecksumIndexInput in, Directory directory, String segment, byte[] id)
            throws IOException {
        Version version = version(in);
        Version oldest = oldest(in);
        int documents = in.readInt();
        if (documents < 0) {
            throw new CorruptIndexException(documents + " documents", in);
        }
        boolean isCompound = in.readByte() == SegmentInfo.YES;
        boolean hasBlocks = version.onOrAfter(SINCE_HAS_BLOCKS) && in.readByte() == SegmentInfo.YES;
        Map<String, String> diagnostics = in.readMapOfStrings();
        in.readSetOfStrings();
        Map<String, String> attributes = in.readMapOfStrings();
        return new SegmentInfo(
                directory,
                version,
                oldest,
                segment,
                documents,
                isCompound,
                hasBlocks,
                null,
                diagnostics,
                id,
                attributes,
                null);
    }

    private static @Nullable Version oldest(ChecksumIndexInput in) throws IOException {
        byte present = in.readByte();
        return switch (present) {
            case 0 -> null;
            case 1 -> version(in);
            default -> throw new CorruptIndexException("a boolean of " + present, in);
        };
    }

    private static Version version(ChecksumIndexInput in) throws IOException {
        int major = in.readInt();
        int minor = in.readInt();
        int bugfix = in.readInt();
        try {
            return Version.fromBits(major, minor, bugfix);
        } catch (IllegalArgumentException e) {
            throw new CorruptIndexException("a version " + major + "." + minor + "." + bugfix, in, e);
        }
    }
}
