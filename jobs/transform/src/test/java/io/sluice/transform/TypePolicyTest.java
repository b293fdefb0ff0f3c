package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.transform.TypePolicy.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypePolicyTest {

    private static final TypePolicy SPLIT = new TypePolicy(Kind.SPLIT, "{index}-{type}");

    @Test
    void splitGivesEachTypeAnIndexOfItsOwn() {
        TypeRoutes routes = SPLIT.routes("shop", List.of("user", "order"));

        assertThat(routes.target("user", "shop")).isEqualTo("shop-user");
        assertThat(routes.target("order", "shop")).isEqualTo("shop-order");
        assertThat(routes.target("unheard-of", "shop")).isNull();
        assertThat(routes.id("user", "1")).isEqualTo("1");
    }

    @Test
    void prefixLeavesThemInOneIndexUnderOtherIds() {
        TypeRoutes routes = new TypePolicy(Kind.PREFIX, "{index}-{type}").routes("shop", List.of("user", "order"));

        assertThat(routes.target("user", "shop")).isEqualTo("shop");
        assertThat(routes.id("user", "1#2")).isEqualTo("user#1#2");
    }

    @Test
    void anIndexOfOneTypeIsNeverTouched() {
        for (Kind kind : Kind.values()) {
            assertThat(new TypePolicy(kind, "{index}-{type}").routes("shop", List.of("doc")))
                    .isEqualTo(TypeRoutes.NONE);
        }
    }

    @Test
    void aTypeBecomesWhatTheNameOfAnIndexMayHold() {
        TypeRoutes routes = SPLIT.routes("shop", List.of("logEvent", "a b:c", "日本"));

        assertThat(routes.targets().values()).containsExactly("shop-logevent", "shop-a_b_c", "shop-日本");
    }

    @Test
    void twoTypesNeverBecomeOneIndex() {
        assertThatThrownBy(() -> SPLIT.routes("shop", List.of("Order", "order")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("types Order and order would both become shop-order");
    }
}
