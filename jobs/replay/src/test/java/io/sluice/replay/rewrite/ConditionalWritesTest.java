package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Types;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ConditionalWritesTest {

    private static final String BULK = """
            {"index":{"_index":"logs","_id":"1","if_seq_no":3,"if_primary_term":1}}
            {"a":1}
            {"delete":{"_id":"2","if_seq_no":4,"if_primary_term":1}}
            {"index":{"_index":"notes","_id":"3"}}
            {"if_seq_no":5}
            """;

    private final ConditionalWrites writes = new ConditionalWrites(Types.NONE);

    @Test
    void aConditionInThePathCountsWhetherItHeldOrNot() {
        writes.take(
                Exchanges.of("PUT /books/_doc/1?if_seq_no=1&if_primary_term=1", "{}", 200, "{\"_index\":\"books-1\"}")
                        .captured());
        writes.take(Exchanges.of("DELETE /books/_doc/1?if_primary_term=1&if_seq_no=1", "", 409, "{\"error\":{}}")
                .captured());
        writes.take(Exchanges.of("POST /books/_update/1?if_seq_no=1", "{}", 200, "")
                .unanswered()
                .captured());
        writes.take(Exchanges.of("PUT /films/_doc/1?version=7", "{\"if_seq_no\":1}", 200, "{}")
                .captured());
        writes.take(
                Exchanges.of("GET /films/_search?q=if_seq_no", "", 200, "{}").captured());

        assertThat(writes.byIndex()).isEqualTo(Map.of("books", 2L, "books-1", 1L));
        assertThat(writes.ofOthers()).isZero();
        assertThat(writes.unreadable()).isZero();
    }

    @Test
    void itemsOfABulkCountEachForItsIndex() throws IOException {
        writes.take(Exchanges.of("POST /books/_bulk", BULK, 200, """
                {"items":[{"index":{"_index":"logs-1"}},{"delete":{"_index":"books-1"}},{"index":{"_index":"notes"}}]}""").captured());
        writes.take(Exchanges.of("POST /books/_bulk", "", 200, "{\"items\":[]}")
                .withBodies("Content-Encoding: gzip\r\n", gzip(BULK), "", "{\"items\":[]}".getBytes(UTF_8))
                .captured());

        assertThat(writes.byIndex()).isEqualTo(Map.of("logs-1", 1L, "books-1", 1L, "logs", 1L, "books", 1L));
    }

    @Test
    void whatCannotBeReadIsCounted() {
        writes.take(
                Exchanges.of("POST /books/_bulk", BULK, 200, "{}").cutRequest().captured());
        writes.take(
                Exchanges.of("POST /books/_bulk", "{\"what\":{}}\n", 400, "{}").captured());

        assertThat(writes.unreadable()).isEqualTo(2);
        assertThat(writes.byIndex()).isEqualTo(Map.of("logs", 1L, "books", 1L));
    }

    @Test
    void namesHaveABound() {
        ConditionalWrites few = new ConditionalWrites(Types.NONE, 2, 1 << 20);
        for (String index : new String[] {"a", "b", "c", "a", "d"}) {
            few.take(Exchanges.of("PUT /%s/_doc/1?if_seq_no=1".formatted(index), "{}", 409, "{}")
                    .captured());
        }

        assertThat(few.byIndex()).isEqualTo(Map.of("a", 2L, "b", 1L));
        assertThat(few.ofOthers()).isEqualTo(2);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
