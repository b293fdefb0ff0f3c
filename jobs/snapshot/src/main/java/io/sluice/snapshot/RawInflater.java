package io.sluice.snapshot;

import com.intel.gkl.compression.IntelInflater;
import java.io.Closeable;
import java.lang.ref.Cleaner;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inflates raw deflate streams (RFC 1951), with a dictionary or without.
 *
 * <p>Where the machine has what it needs (Linux on x86-64), by Intel's ISA-L, which takes a third of zlib's time; elsewhere by
 * the JDK's zlib. Whatever ISA-L does not inflate to the expected length is given to zlib. What zlib reads, both read the same; of
 * damaged streams ISA-L reads some that zlib refuses, as it looks less closely at code tables. A wrong byte is what the file's
 * checksum is for, as with LZ4, which has none of its own either.
 *
 * <p>ISA-L's Java side knows no dictionaries. But a stream behind a dictionary means the same as one that begins with the dictionary in a
 * stored block, which costs a copy of it.
 *
 * <p>Belongs to one thread. Its native memory, some 100 KB, is given back by {@link #close}, or when nobody holds it any more.
 */
public final class RawInflater implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(RawInflater.class);

    private static final Cleaner CLEANER = Cleaner.create();

    /** So far back does deflate look. */
    private static final int MAX_DICTIONARY = 32 << 10;

    /** A byte that says that the block is stored and not the last, its length, and that length inverted (RFC 1951, 3.2.4). */
    private static final int STORED_HEAD = 5;

    private final Inflaters inflaters = new Inflaters();
    private final Cleaner.Cleanable cleanable = CLEANER.register(this, inflaters);
    /** Room for the byte that a stream has too many. */
    private final byte[] spare = new byte[1];

    private byte[] input = {};
    private byte[] output = {};

    /** What must be given back; apart, so that it does not hold whoever uses it. */
    private static final class Inflaters implements Runnable {
        private @Nullable IntelInflater fast;
        private @Nullable Inflater sure;

        private IntelInflater fast() {
            IntelInflater used = fast == null ? new IntelInflater(true) : fast;
            fast = used;
            used.reset();
            return used;
        }

        private Inflater sure() {
            Inflater used = sure == null ? new Inflater(true) : sure;
            sure = used;
            used.reset();
            return used;
        }

        @Override
        public void run() {
            if (fast != null) {
                fast.end();
                fast = null;
            }
            if (sure != null) {
                sure.end();
                sure = null;
            }
        }
    }

    /** Loaded when the first stream is to be read, as most snapshots have none. */
    private static final class IsaL {
        static final boolean IS_HERE = load();

        private static boolean load() {
            try {
                return new IntelInflater(true).load(null);
            } catch (RuntimeException | LinkageError e) {
                LOG.debug("Deflate is read by zlib: ISA-L cannot be loaded here", e);
                return false;
            }
        }
    }

    /** Whether this machine has the faster way. */
    public static boolean isFast() {
        return IsaL.IS_HERE;
    }

    /**
     * Inflates one whole stream of known length, {@code stored[from, from + length)}, into {@code plain[into, into + count)}. What is
     * behind that may be overwritten by one byte when the stream is longer.
     *
     * @param dictionary the stream was written behind {@code plain[0, dictionary)}; 0 for none
     * @throws DataFormatException when there are not {@code count} bytes in the stream; that its end is marked as one is not asked
     */
    public void inflate(byte[] stored, int from, int length, byte[] plain, int into, int count, int dictionary)
            throws DataFormatException {
        if (!IsaL.IS_HERE || !inflateFast(stored, from, length, plain, into, count, dictionary)) {
            inflateSurely(stored, from, length, plain, into, count, dictionary);
        }
    }

    private boolean inflateFast(
            byte[] stored, int from, int length, byte[] plain, int into, int count, int dictionary) {
        if (length == 0) {
            return false;
        }
        IntelInflater fast = inflaters.fast();
        try {
            if (dictionary == 0 && into + count < plain.length) {
                fast.setInput(stored, from, length);
                return fill(plain, into, count, fast);
            }
            int known = Math.min(dictionary, MAX_DICTIONARY);
            if (known == 0) {
                fast.setInput(stored, from, length);
            } else {
                int head = STORED_HEAD + known;
                fast.setInput(input(stored, from, length, plain, dictionary - known, known), 0, head + length);
            }
            if (output.length <= known + count) {
                output = new byte[known + count + 1];
            }
            if (!fill(output, 0, known + count, fast)) {
                return false;
            }
            System.arraycopy(output, known, plain, into, count);
            return true;
        } catch (RuntimeException damaged) {
            LOG.debug("ISA-L does not read a stream of {} bytes; zlib is asked", length, damaged);
            return false;
        }
    }

    private byte[] input(byte[] stored, int from, int length, byte[] plain, int dictionaryFrom, int known) {
        int needed = STORED_HEAD + known + length;
        if (input.length < needed) {
            input = new byte[needed];
        }
        input[0] = 0;
        input[1] = (byte) known;
        input[2] = (byte) (known >>> Byte.SIZE);
        input[3] = (byte) ~known;
        input[4] = (byte) (~known >>> Byte.SIZE);
        System.arraycopy(plain, dictionaryFrom, input, STORED_HEAD, known);
        System.arraycopy(stored, from, input, STORED_HEAD + known, length);
        return input;
    }

    /** Has room for a byte more than wanted, to see that there is none. */
    private static boolean fill(byte[] out, int into, int count, IntelInflater fast) {
        int done = 0;
        while (done < count) {
            int some = fast.inflate(out, into + done, count + 1 - done);
            if (some <= 0) {
                return false;
            }
            done += some;
        }
        return done == count;
    }

    private void inflateSurely(byte[] stored, int from, int length, byte[] plain, int into, int count, int dictionary)
            throws DataFormatException {
        Inflater sure = inflaters.sure();
        if (dictionary > 0) {
            sure.setDictionary(plain, 0, dictionary);
        }
        sure.setInput(stored, from, length);
        int done = 0;
        while (done < count) {
            int some = sure.inflate(plain, into + done, count - done);
            if (some == 0) {
                throw new DataFormatException(done + " bytes where there should be " + count);
            }
            done += some;
        }
        if (goesOn(sure)) {
            throw new DataFormatException("a stream that goes on behind " + count + " bytes");
        }
    }

    /** What is damaged behind the last byte that is wanted does no harm. */
    private boolean goesOn(Inflater sure) {
        try {
            return sure.inflate(spare) != 0;
        } catch (DataFormatException behindTheEnd) {
            return false;
        }
    }

    @Override
    public void close() {
        cleanable.clean();
    }
}
