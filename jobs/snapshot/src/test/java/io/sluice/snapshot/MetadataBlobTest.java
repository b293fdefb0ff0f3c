package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.smile.databind.SmileMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataBlobTest {

    private static final String BLOB = "meta-1.dat";

    @ParameterizedTest(name = "deflated: {0}")
    @ValueSource(strings = {"no", "raw", "zlib"})
    void readsSmileAndJsonWhateverWayTheyAreDeflated(String how) throws IOException {
        byte[] smile = new SmileMapper().writeValueAsBytes(Map.of("name", "snap-1"));
        byte[] json = new ObjectMapper().writeValueAsBytes(Map.of("name", "snap-1"));

        assertThat(decode(deflated(how, smile)).path("name").asText()).isEqualTo("snap-1");
        assertThat(decode(deflated(how, json)).path("name").asText()).isEqualTo("snap-1");
    }

    @Test
    void refusesABlobOfAnotherKind() {
        byte[] blob = FrameBytes.of("index-metadata", "{}").bytes();

        assertThatThrownBy(() -> MetadataBlob.decode(BLOB, blob, "snapshot"))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContainingAll(BLOB, "\"snapshot\"", "\"index-metadata\"");
    }

    @Test
    void refusesADeflatedDocumentThatWouldNotFit() throws IOException {
        byte[] bomb = deflated("raw", new byte[MetadataBlob.MAX_BYTES + 1]);

        assertThatThrownBy(() -> decode(bomb))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageContaining("at most " + MetadataBlob.MAX_BYTES);
    }

    private static ObjectNode decode(byte[] body) throws IOException {
        return MetadataBlob.decode(BLOB, FrameBytes.of("snapshot", 1, body).bytes(), "snapshot");
    }

    private static byte[] deflated(String how, byte[] document) throws IOException {
        if (how.equals("no")) {
            return document;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("DFL\0".getBytes(UTF_8));
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(9, how.equals("raw")))) {
            out.write(document);
        }
        return bytes.toByteArray();
    }
}
