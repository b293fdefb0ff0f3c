package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.verify.Portion.Kind;
import org.junit.jupiter.api.Test;

class PortionTest {

    private static ObjectNode search(Portion portion) {
        ObjectNode search = JsonNodeFactory.instance.objectNode();
        portion.restrict(search);
        return search;
    }

    @Test
    void whateverIsNotInTheOneIsInTheOther() {
        ObjectNode changed = search(new Portion(Kind.CHANGED, 7));
        ObjectNode unchanged = search(new Portion(Kind.UNCHANGED, 7));

        assertThat(changed.toString()).isEqualTo("{\"query\":{\"range\":{\"_seq_no\":{\"gt\":7}}}}");
        assertThat(unchanged.at("/query/bool/must_not"))
                .as("so documents without a number are in it, too")
                .isEqualTo(changed.path("query"));
        assertThat(unchanged.path("_source").asBoolean(true)).isFalse();
        assertThat(search(Portion.ALL)).isEmpty();
    }
}
