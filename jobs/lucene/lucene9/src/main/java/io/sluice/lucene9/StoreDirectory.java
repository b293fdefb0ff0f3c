package io.sluice.lucene9;

import io.sluice.snapshot.BlobStore;
import io.sluice.snapshot.ByteWindow;
import io.sluice.snapshot.CorruptBlobException;
import io.sluice.snapshot.ShardFile;
import io.sluice.snapshot.ShardFileBytes;
import io.sluice.snapshot.ShardFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a shard, of which one segment is read. Beyond what Lucene asks of a directory it knows which
 * files were opened and what was read last, so that damage can be told; and it hands the stored fields the
 * window that their cursor wants.
 */
final class StoreDirectory extends Directory {

    private final ShardFiles shard;
    private final BlobStore store;
    private final Map<String, byte[]> kept;

    private final List<Region> opened = new ArrayList<>();
    private final Set<String> verified = new HashSet<>();
    private @Nullable Region stream;
    private @Nullable ByteWindow nextStreamWindow;
    private boolean probing;
    private int columns;

    private @Nullable Region lastRegion;
    private long lastPosition;

    /** @param kept files already in memory, by name */
    StoreDirectory(ShardFiles shard, BlobStore store, Map<String, byte[]> kept) {
        this.shard = shard;
        this.store = store;
        this.kept = kept;
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
        ShardFile file = file(name);
        byte[] content = kept.getOrDefault(name, file.content());
        ShardFileBytes bytes = new ShardFileBytes(file, store);
        Region region = new Region(name, Access.of(name), bytes, 0, file.length(), content, 0);
        return opened(content == null ? loaded(region) : region);
    }

    /** A part of a compound file. */
    StoreInput openPart(String name, Region compound, long start, long end) throws IOException {
        Region part =
                new Region(name, Access.of(name), compound.file(), start, end, compound.memory(), compound.memoryAt());
        return opened(compound.memory() == null ? loaded(part) : part);
    }

    private StoreInput opened(Region region) {
        if (region.access() == Access.STREAM) {
            stream = region;
        }
        opened.add(region);
        touched(region, region.start());
        return StoreInput.opened(this, region);
    }

    private Region loaded(Region region) throws IOException {
        if (!region.access().isHeldInMemory(region.length())) {
            return region;
        }
        touched(region, region.start());
        byte[] bytes = new byte[(int) region.length()];
        region.file().read(region.start(), bytes, 0, bytes.length);
        Region inMemory = new Region(
                region.name(), region.access(), region.file(), region.start(), region.end(), bytes, region.start());
        inMemory.verify();
        return inMemory;
    }

    /** The window of the stored fields' next clone. */
    void useForNextStream(@Nullable ByteWindow window) {
        nextStreamWindow = window;
    }

    /** Says that so many columns of doc values will be read side by side, for the memory that each may take. */
    void expectColumns(int count) {
        columns = Math.max(columns, count);
    }

    ByteWindow window(Region region, boolean opening) {
        ByteWindow prepared = nextStreamWindow;
        if (region.access() == Access.STREAM && !opening && prepared != null) {
            nextStreamWindow = null;
            return prepared;
        }
        return new ByteWindow(
                region.file(), region.start(), region.end(), region.access().sizes(opening, columns));
    }

    /** Whether the stored fields' data file was opened. */
    boolean hasStream() {
        return stream != null;
    }

    /** The stored fields' data file, once it was opened. */
    Region stream() {
        if (stream == null) {
            throw new IllegalStateException("No stored fields were opened");
        }
        return stream;
    }

    /** While on, a seek in the stored fields throws a {@link StartFound} with its target. */
    void probe(boolean on) {
        probing = on;
    }

    boolean isProbing(Region region) {
        return probing && region.access() == Access.STREAM;
    }

    void touched(Region region, long position) {
        lastRegion = region;
        lastPosition = position;
    }

    /** Where the last read was, for a message. */
    String lastRead() {
        Region region = lastRegion;
        return region == null ? shard.describe() : region.describe(lastPosition);
    }

    /** Whether the file of the last read is in memory and has the right checksum. */
    boolean isLastReadWhole() {
        Region region = lastRegion;
        if (region == null || region.memory() == null) {
            return false;
        }
        try {
            region.verify();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What is wrong there. */
    CorruptBlobException damagedAtLastRead(String found, Throwable cause) {
        return new CorruptBlobException(lastRead(), lastPosition, "what its format says", found, cause);
    }

    /** Compares every file that was opened and is not in memory with its checksum; those in memory have been. */
    void verifyOpened() throws IOException {
        for (Region region : opened) {
            if (region.memory() == null && region.access() != Access.COMPOUND) {
                region.verify();
            }
        }
    }

    /**
     * Compares every file of doc values that was opened with its checksum, once: what a column says goes into documents,
     * of which no other checksum is taken.
     */
    void verifyColumns() throws IOException {
        for (Region region : opened) {
            if (region.access() == Access.VALUES && region.memory() == null && verified.add(region.name())) {
                region.verify();
            }
        }
    }

    @Override
    public String[] listAll() {
        return shard.files().keySet().stream().sorted().toArray(String[]::new);
    }

    @Override
    public long fileLength(String name) throws IOException {
        return file(name).length();
    }

    private ShardFile file(String name) throws IOException {
        ShardFile file = shard.files().get(name);
        if (file == null) {
            throw new CorruptBlobException("The file list of " + shard.describe(), 0, "the file " + name, "none");
        }
        return file;
    }

    @Override
    public Set<String> getPendingDeletions() {
        return Set.of();
    }

    @Override
    public void close() {}

    @Override
    public void deleteFile(String name) {
        throw readOnly();
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) {
        throw readOnly();
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) {
        throw readOnly();
    }

    @Override
    public void sync(Collection<String> names) {
        throw readOnly();
    }

    @Override
    public void syncMetaData() {
        throw readOnly();
    }

    @Override
    public void rename(String source, String target) {
        throw readOnly();
    }

    @Override
    public Lock obtainLock(String name) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("A snapshot is read only");
    }
}
