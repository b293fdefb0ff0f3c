package io.sluice.proxy.answer;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps credentials out of what is captured of an answer: Elasticsearch 7 and OpenSearch 1 quote, where they cannot parse,
 * the bytes in which the request lay, its head included, even within a bulk's answer whose status is 200.
 *
 * <p>Without compression, what holds no quote costs a search for one character, and is never copied. A compressed answer is
 * looked into when it came in one piece, and else compressed anew.
 *
 * <p>Used by one thread at a time. Holds what one piece expands to. To be closed when the answer is over.
 */
public final class QuotedCredentials implements AutoCloseable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final ContentCoding coding;
    private final boolean escapes;
    private final QuoteMask mask;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(0);
    private @Nullable BodyDecoder decoder;
    private @Nullable OutputStream encoder;
    private boolean begun;
    private boolean broken;

    private QuotedCredentials(ContentCoding coding, boolean escapes) {
        this.coding = coding;
        this.escapes = escapes;
        this.mask = new QuoteMask(escapes);
    }

    /**
     * Looks after one answer's body.
     *
     * @return nothing if it is compressed in a way that no server knows
     */
    public static Optional<QuotedCredentials> of(HeaderValues headers) {
        String type = last(headers.of("Content-Type"));
        boolean binary = type.contains("smile") || type.contains("cbor");
        return ContentCoding.of(last(headers.of("Content-Encoding")))
                .map(coding -> new QuotedCredentials(coding, !binary));
    }

    private static String last(List<String> values) {
        return values.isEmpty() ? "" : values.get(values.size() - 1).trim().toLowerCase(Locale.ROOT);
    }

    /**
     * What may be captured in place of the next bytes of the body.
     *
     * @param piece stays as it is
     * @return good until the next call, and until {@code piece} is released
     */
    public ByteBuffer hide(ByteBuf piece, boolean last) {
        boolean whole = !begun && last;
        begun = true;
        if (coding == ContentCoding.IDENTITY) {
            return hidePlain(piece);
        }
        if (whole && !hasQuote(piece)) {
            return piece.nioBuffer();
        }
        return broken ? NOTHING : recode(piece, last);
    }

    private ByteBuffer hidePlain(ByteBuf piece) {
        if (mask.isIdle() && piece.indexOf(piece.readerIndex(), piece.writerIndex(), (byte) '(') < 0) {
            return piece.nioBuffer();
        }
        byte[] copy = bytes(piece);
        mask.mask(copy, copy.length);
        return ByteBuffer.wrap(copy);
    }

    /** Whether a compressed body has one. What cannot be read has none that anybody could. */
    private boolean hasQuote(ByteBuf body) {
        QuoteMask search = new QuoteMask(escapes);
        byte[] packed = bytes(body);
        try (BodyDecoder whole = coding.decoder()) {
            whole.decode(packed, packed.length, search::mask);
        } catch (IOException notWhatItSays) {
            return search.hasFound();
        }
        return search.hasFound();
    }

    private ByteBuffer recode(ByteBuf piece, boolean last) {
        out.reset();
        byte[] packed = bytes(piece);
        try {
            BodyDecoder from = decoder == null ? coding.decoder() : decoder;
            decoder = from;
            OutputStream to = encoder == null ? coding.encoder(out) : encoder;
            encoder = to;
            from.decode(packed, packed.length, (bytes, length) -> {
                mask.mask(bytes, length);
                to.write(bytes, 0, length);
            });
            if (last) {
                to.close();
                close();
            }
        } catch (IOException notWhatItSays) {
            broken = true; // nobody can read on from here
            close();
            out.reset();
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static byte[] bytes(ByteBuf piece) {
        byte[] bytes = new byte[piece.readableBytes()];
        piece.getBytes(piece.readerIndex(), bytes);
        return bytes;
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        if (encoder != null) {
            try {
                encoder.close();
            } catch (IOException impossible) {
                throw new IllegalStateException("Only memory is behind it.", impossible);
            }
            encoder = null;
        }
    }
}
