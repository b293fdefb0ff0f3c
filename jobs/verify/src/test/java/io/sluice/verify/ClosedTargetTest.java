package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawHttpOptions;
import io.sluice.cluster.RawHttps;
import io.sluice.transform.DocumentRules;
import io.sluice.verify.AnsweringServer.Answer;
import io.sluice.verify.VerifyPlan.Pair;
import io.sluice.verify.VerifyPlan.Unread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.java.tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of the source go to several indices, of which one is closed. */
class ClosedTargetTest {

    private static final String PAGE = "{\"_scroll_id\":\"s\",\"timed_out\":false,\"hits\":{\"hits\":[%s]}}";
    private static final String HIT =
            "{\"_index\":\"books\",\"_id\":\"1\",\"_version\":1,\"_seq_no\":0,\"_source\":{}}";

    @TempDir
    private Path folder;

    @Test
    void whatGoesToTheClosedOneIsNotComparedAndNotMissing() throws Exception {
        AtomicInteger pages = new AtomicInteger();
        try (AnsweringServer source = new AnsweringServer(
                        asked -> Answer.of(PAGE.formatted(pages.getAndIncrement() < 2 ? HIT : "")));
                AnsweringServer target = new AnsweringServer(asked -> Answer.of(PAGE.formatted("")))) {
            VerifySpec spec = VerifySpecs.of(source.address(), target.address(), folder, false, DocumentRules.NONE);
            VerifyPlan plan = new VerifyPlan(
                    spec.parts(),
                    List.of(new Pair("books", "books")),
                    List.of(),
                    List.of(),
                    List.of(new Unread("books", VerifyPlan.CLOSED_AT_TARGET)),
                    Paging.SCROLL,
                    Paging.SCROLL,
                    true);

            List<Tuple2<String, byte[]>> given = read(VerifySpecs.planned(spec, plan));

            assertThat(given).hasSize(1);
            assertThat(new String(given.get(0).f1, StandardCharsets.UTF_8))
                    .contains("\"source\":1,\"target\":0,\"not_compared\":1");
        }
    }

    private static List<Tuple2<String, byte[]>> read(VerifySpec spec) throws Exception {
        List<Tuple2<String, byte[]>> given = new ArrayList<>();
        try (RawHttp toSource = RawHttps.open(VerifySpecs.living(spec), RawHttpOptions.DEFAULT);
                RawHttp toTarget = RawHttps.open(spec.target(), RawHttpOptions.DEFAULT)) {
            PartReading reading = new PartReading(
                    spec.parts().get(0),
                    spec,
                    new LivingSide(toSource, spec.plan()),
                    toTarget,
                    new Shapes(spec),
                    0,
                    System::nanoTime);
            while (!reading.isOver()) {
                given.addAll(reading.advance(() -> false));
            }
            reading.close();
        }
        return given;
    }
}
