package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedCredentialsTest {

    /** As Elasticsearch 7.10.2 answers a bulk with a document that is no JSON; the status is 200. */
    private static final String BULK = """
            {"took":19,"errors":true,"items":[{"index":{"_index":"probe","_id":"1","status":400,"error":{"type":\
            "mapper_parsing_exception","caused_by":{"reason":"Unrecognized token 'tru': was expecting (JSON String)\\n at \
            [Source: (byte[])\\"POST /_bulk HTTP/1.1\\r\\nHost: a:9200\\r\\nAuthorization: Basic c2VjcmV0\\r\\nContent-Type: \
            json\\r\\nx-api-key:  s3cr\\\\\\"et\\r\\n\\r\\n{\\"a\\":tru}\\n\\"; line: 1, column: 10]"}}}},{"index":{"Authorization: \
            x":"Cookie: x"}}]}""";

    private static final String HIDDEN =
            BULK.replace("Basic c2VjcmV0\\r", "*".repeat(16)).replace("s3cr\\\\\\\"et\\r", "*".repeat(12));

    private static QuotedCredentials json(String coding) {
        Map<String, List<String>> headers =
                Map.of("Content-Type", List.of("application/json; charset=UTF-8"), "Content-Encoding", List.of(coding));
        return QuotedCredentials.of(name -> headers.getOrDefault(name, List.of()))
                .orElseThrow();
    }

    private static String hidden(QuotedCredentials credentials, byte[] body, int piece) {
        return new String(hide(credentials, body, piece), StandardCharsets.UTF_8);
    }

    private static byte[] hide(QuotedCredentials credentials, byte[] body, int piece) {
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        try (credentials) {
            for (int from = 0; from < body.length; from += piece) {
                int length = Math.min(piece, body.length - from);
                ByteBuf next = Unpooled.wrappedBuffer(body, from, length);
                ByteBuffer bytes = credentials.hide(next, from + length == body.length);
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                captured.writeBytes(copy);
            }
        }
        return captured.toByteArray();
    }

    private static byte[] zipped(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static String unzipped(byte[] packed) throws IOException {
        return new String(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void credentialsInAQuotedHeadAreHiddenWhereverTheBodyIsDivided() {
        byte[] body = BULK.getBytes(StandardCharsets.UTF_8);

        for (int piece = 1; piece <= body.length; piece++) {
            assertThat(hidden(json("identity"), body, piece)).isEqualTo(HIDDEN);
        }
    }

    @Test
    void aQuoteThatIsCutOffInACredentialHidesWhatItHas() {
        String body =
                "{\"error\":\"at [Source: (byte[])\\\"PUT / HTTP/1.1\\r\\nCookie: sid=1; a\\\"[truncated 99 bytes]\"}";

        assertThat(hidden(json(""), body.getBytes(StandardCharsets.UTF_8), body.length()))
                .startsWith("{\"error\":\"at [Source: (byte[])\\\"PUT / HTTP/1.1\\r\\nCookie: *****")
                .endsWith("*\"}")
                .doesNotContain("sid=1")
                .hasSameSizeAs(body);
    }

    @Test
    void linesThatAreNotEscapedAreReadAsTheyAre() {
        Map<String, List<String>> headers = Map.of("Content-Type", List.of("application/smile"));
        String body = "\u0001(byte[])\"PUT / HTTP/1.1\r\nAuthorization: Digest u=\"me\"\r\nHost: a\r\n\u0002";
        QuotedCredentials smile = QuotedCredentials.of(name -> headers.getOrDefault(name, List.of()))
                .orElseThrow();

        assertThat(hidden(smile, body.getBytes(StandardCharsets.UTF_8), 7))
                .isEqualTo(body.replace("Digest u=\"me\"", "*".repeat(13)));
    }

    @Test
    void whatQuotesNothingIsNotEvenCopied() {
        ByteBuf body =
                Unpooled.directBuffer().writeBytes("{\"took\":1,\"errors\":false}".getBytes(StandardCharsets.UTF_8));

        assertThat(json("").hide(body, true).isDirect()).isTrue();
        body.release();
    }

    @Test
    void aCompressedBodyThatQuotesNothingStaysAsItIs() {
        byte[] body = zipped("{\"took\":1,\"errors\":false}");

        assertThat(hide(json("gzip"), body, body.length)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 10_000})
    void aCompressedBodyIsCompressedAgain(int piece) throws IOException {
        assertThat(unzipped(hide(json("gzip"), zipped(BULK), piece))).isEqualTo(HIDDEN);
    }

    @Test
    void whatIsNoCompressionIsNotCaptured() {
        assertThat(hide(json("gzip"), BULK.getBytes(StandardCharsets.UTF_8), 100))
                .isEmpty();
    }
}
