package io.sluice.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * One Lucene file of a shard, and where its bytes are.
 *
 * @param name the Lucene file, {@code _0.cfs}
 * @param blob the path of its blob below the repository's root, without {@code .partN}
 * @param length in bytes
 * @param partBytes how long each part is; at least {@code length} when the blob has one part
 * @param checksum Lucene's CRC32 of the file as the shard list has it (base 36), or empty
 * @param content the whole file when the list itself holds it (a {@code v__} blob), else null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record ShardFile(
        String name, String blob, long length, long partBytes, String checksum, byte @Nullable [] content) {

    public ShardFile {
        if (length < 0 || partBytes <= 0) {
            throw new IllegalArgumentException(
                    "%s: length %d and part size %d must be positive".formatted(name, length, partBytes));
        }
    }
}
