package io.sluice.proxy.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Turns the source's whole answer into what the client asked for, as it streams. Compression is taken off and put on
 * again.
 *
 * <p>Used by one thread at a time. Holds at most {@value #HELD_BYTES} bytes of what is ready, the expansion of {@value
 * #PIECE_BYTES} bytes of what is compressed, and the value that is being read. To be closed when the answer is over,
 * however it ended; that gives nothing more to the sink.
 */
public final class AnswerFilter implements AutoCloseable {

    /** Up to this many bytes a filtered body is held until its end, so that the client is told its length. */
    public static final int HELD_BYTES = 64 * 1024;

    static final int PIECE_BYTES = 4096;

    private final AnswerFormat format;
    private final ContentCoding coding;
    private final HeldOutput held;
    private final OutputStream encoder;
    private final BodyDecoder decoder;
    private final DocumentFilter document;
    private final byte[] piece = new byte[PIECE_BYTES];

    AnswerFilter(FilterPaths paths, AnswerFormat format, ContentCoding coding, int status, AnswerSink sink) {
        this.format = format;
        this.coding = coding;
        this.held = new HeldOutput(sink);
        this.decoder = coding.decoder();
        try {
            this.encoder = coding.encoder(held);
            this.document = new DocumentFilter(paths, format, encoder, status);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Neither input nor output is behind them.", impossible);
        }
    }

    /**
     * Takes the next bytes of the source's body, without transfer coding, and gives the sink what is ready.
     *
     * @param in read to its end
     * @throws UnreadableAnswerException when they do not go on with a document. What the sink got must not be ended then
     */
    public void append(ByteBuffer in) throws UnreadableAnswerException {
        try {
            while (in.hasRemaining()) {
                int length = Math.min(in.remaining(), PIECE_BYTES);
                in.get(piece, 0, length);
                decoder.decode(piece, length, document::take);
            }
        } catch (IOException broken) {
            throw unreadable("something else");
        }
    }

    /**
     * Ends the body, and the sink's.
     *
     * @throws UnreadableAnswerException when the document is not at its end
     */
    public void end() throws UnreadableAnswerException {
        try {
            document.end();
            if (!decoder.isWhole()) {
                throw unreadable("its end");
            }
            encoder.close();
        } catch (UnreadableAnswerException whole) {
            throw whole;
        } catch (IOException broken) {
            throw unreadable("its end");
        }
        if (document.seen() == 0) {
            // What began the compression of nothing.
            held.forget();
        }
        held.end();
    }

    private UnreadableAnswerException unreadable(String found) {
        return new UnreadableAnswerException(format, coding, document.seen(), found);
    }

    @Override
    public void close() {
        held.discard();
        decoder.close();
        document.close();
        try {
            encoder.close();
        } catch (IOException impossible) {
            throw new IllegalStateException("No output is behind it.", impossible);
        }
    }
}
