package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final Fault BUSY = new Fault.Refuse(429);
    private static final Fault CUT = new Fault.CutAnswer();

    @Test
    void drawsTheSameFaultsForTheSameSeedOnly() {
        FaultPlan plan = FaultPlan.seeded(1).with(0.5, BUSY);

        assertThat(draw(plan)).isEqualTo(draw(FaultPlan.seeded(1).with(0.5, BUSY)));
        assertThat(draw(plan)).isNotEqualTo(draw(FaultPlan.seeded(2).with(0.5, BUSY)));
    }

    @Test
    void drawsEachFaultAsOftenAsItsShareSays() {
        List<Optional<Fault>> drawn = draw(FaultPlan.seeded(3).with(0.2, BUSY).with(0.1, CUT));

        assertThat(drawn).filteredOn(Optional.of(BUSY)::equals).hasSizeBetween(1800, 2200);
        assertThat(drawn).filteredOn(Optional.of(CUT)::equals).hasSizeBetween(850, 1150);
    }

    @Test
    void hurtsEveryRequestWhenTheShareIsOneAndNoneWithoutShares() {
        assertThat(draw(FaultPlan.seeded(4).with(1, BUSY))).containsOnly(Optional.of(BUSY));
        assertThat(draw(FaultPlan.none())).containsOnly(Optional.empty());
    }

    @Test
    void concernsOnlyThePathsItNames() {
        FaultPlan plan = FaultPlan.none().onlyFor("/_bulk");

        assertThat(plan.concerns("/books/_bulk?refresh=true")).isTrue();
        assertThat(plan.concerns("/books/_search")).isFalse();
    }

    @Test
    void refusesSharesOfMoreThanAll() {
        FaultPlan plan = FaultPlan.seeded(1).with(0.6, BUSY);

        assertThatThrownBy(() -> plan.with(0.5, CUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("add up to more than 1");
    }

    private static List<Optional<Fault>> draw(FaultPlan plan) {
        return LongStream.range(0, 10_000).mapToObj(plan::draw).toList();
    }
}
