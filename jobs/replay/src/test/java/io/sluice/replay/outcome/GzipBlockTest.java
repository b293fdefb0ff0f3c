package io.sluice.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipBlockTest {

    private final GzipBlock block = new GzipBlock();

    private void add(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        block.add(bytes, bytes.length);
    }

    @Test
    void blocksOneAfterTheOtherAreOneFile() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        add("one");
        add("two");
        file.write(block.take());
        assertThat(block.isEmpty()).isTrue();
        add("three");
        file.write(block.take());

        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file.toByteArray()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\n");
        }
    }

    @Test
    void growsNoFurtherThanItsBound() {
        String line = "x".repeat(1_000);
        int lines = 0;
        while (!block.isFull()) {
            add(line);
            lines++;
        }
        assertThat(lines).isBetween(200, 300);
        block.take();
        assertThat(block.isFull()).isFalse();
    }
}
