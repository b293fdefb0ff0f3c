package io.sluice.replay.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.route.Types;
import io.sluice.replay.names.NameEffects;
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
            new NameEffects(Set.of("r"), Set.of("p-*"), Map.of("l", Set.of("m"))),
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
        Exchanges put = Exchanges.of("PUT /p-1/_doc/1", "{}", 201, "{\"_index\":\"p-1\",\"_id\":\"1\",\"_seq_no\":1}");
        RewriteRules d = RewriteRules.DEFAULT;
        RewriteRules rules = new RewriteRules(
                d.names(),
                d.fences(),
                d.fence(),
                d.routes(),
                d.types(),
                d.drop(),
                d.unrouted(),
                d.aliases(),
                NameEffects.piped(Set.of("p-*")),
                null,
                true,
                false,
                d.mostBodyBytes());
        assertThat(put.rewritten(rules)).containsExactly("ask p-1/1 PIPELINE");
    }
}
