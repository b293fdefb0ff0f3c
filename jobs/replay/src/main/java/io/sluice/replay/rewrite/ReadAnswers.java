package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.transform.JsonSource;
import io.sluice.transform.SourceEncoding;
import io.sluice.transform.UnreadableSourceException;
import org.jspecify.annotations.Nullable;

/** The source's answers to reads as they are compared. Not safe for use by several threads. */
final class ReadAnswers {

    /** Of a longer answer of the source nothing is compared: it would have to travel, and to lie in memory, with the read. */
    static final int MOST_BYTES = 1 << 20;

    private final JsonSource json = new JsonSource();

    /** As JSON, if it is in a form of which some can be made; null when it is not there, or longer than what is compared. */
    @Nullable
    ReadAnswer of(Request request) {
        if (request.status() == 0) {
            return new ReadAnswer(0, ByteString.EMPTY);
        }
        ByteString body = request.answerBody(MOST_BYTES);
        if (body == null) {
            return null;
        }
        byte[] bytes = body.toByteArray();
        SourceEncoding encoding = SourceEncoding.of(bytes, 0, bytes.length);
        ByteString plain = encoding == null || encoding == SourceEncoding.JSON ? body : converted(encoding, bytes);
        return new ReadAnswer(request.status(), plain == null ? body : plain);
    }

    /** Bytes of another encoding as JSON; null when none can be made of them. */
    @Nullable
    ByteString converted(SourceEncoding encoding, byte[] bytes) {
        try {
            json.convert(encoding, bytes, 0, bytes.length);
            return ByteString.copyFrom(json.bytes(), 0, json.length());
        } catch (UnreadableSourceException e) {
            return null;
        }
    }
}
