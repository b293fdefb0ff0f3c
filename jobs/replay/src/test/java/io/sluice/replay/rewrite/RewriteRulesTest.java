package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Types;
import io.sluice.transform.FenceKind;
import io.sluice.transform.IndexNames;
import io.sluice.transform.TypeRoutes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RewriteRulesTest {

    private static final RewriteRules ALL = new RewriteRules(
            new IndexNames(List.of("a*"), List.of("ab"), List.of(new IndexNames.Rename("a", "b"))),
            List.of(
                    new RewriteRules.FenceRule("old-*", FenceKind.VERSION),
                    new RewriteRules.FenceRule("o*", FenceKind.NONE)),
            FenceKind.SEQ_NO,
            Map.of("a", new TypeRoutes(Map.of("t", "x"), true)),
            Types.MANY,
            List.of("secret"),
            Set.of("u"),
            Set.of("v"),
            new Pipelines(Set.of("p-*"), true),
            new SnapshotMark(Map.of(Exchanges.RUN, 5L), Map.of("a", 7L), Set.of("b")),
            false,
            true,
            9);

    @Test
    void travelToWhereTheyAreNeeded() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(ALL);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(ALL);
        }
    }

    @Test
    void theFirstFenceThatFitsCounts() {
        assertThat(ALL.fenceOf("old-1")).isEqualTo(FenceKind.VERSION);
        assertThat(ALL.fenceOf("other")).isEqualTo(FenceKind.NONE);
        assertThat(ALL.fenceOf("new")).isEqualTo(FenceKind.SEQ_NO);
    }

    @Test
    void pipelinesOfIndicesAreKnownByPattern() {
        RewriteRules rules = withPipelines(new Pipelines(Set.of("p-*"), false));
        assertThat(answered("PUT /p-1/_doc/1").rewritten(rules)).containsExactly("ask p-1/1 PIPELINE");
    }

    @Test
    void whatAPipelineMayHaveRoutedIsLookedForEverywhere() {
        RewriteRules rules = withPipelines(new Pipelines(Set.of("p-*"), true));
        for (String write : List.of("PUT /p-1/_doc/1", "POST /p-1/_update/1")) {
            assertThat(answered(write).rewritten(rules)).as(write).containsExactly("ask p-1/1 ROUTING_UNKNOWN");
        }
        assertThat(answered("PUT /p-1/_doc/1?routing=a").rewritten(rules))
                .containsExactly("ask p-1/1?a ROUTING_UNKNOWN");
        RewriteRules named = withPipelines(new Pipelines(Set.of(), true));
        assertThat(answered("PUT /p-1/_doc/1?pipeline=x").rewritten(named))
                .containsExactly("ask p-1/1 ROUTING_UNKNOWN");
        assertThat(answered("DELETE /p-1/_doc/1?routing=a").rewritten(rules)).containsExactly("delete p-1/1?a @1");
    }

    private static Exchanges answered(String request) {
        return Exchanges.of(request, "{}", 200, "{\"_index\":\"p-1\",\"_id\":\"1\",\"_seq_no\":1}");
    }

    private static RewriteRules withPipelines(Pipelines pipelines) {
        RewriteRules d = RewriteRules.DEFAULT;
        return new RewriteRules(
                d.names(),
                d.fences(),
                d.fence(),
                d.routes(),
                d.types(),
                d.drop(),
                d.unrouted(),
                d.aliases(),
                pipelines,
                null,
                true,
                false,
                d.mostBodyBytes());
    }
}
