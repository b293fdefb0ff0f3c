package io.sluice.replay.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AffectedNamesTest {

    private static NameEffects leads(String name, String... others) {
        return new NameEffects(Set.of(), Set.of(), Map.of(name, Set.of(others)));
    }

    @Test
    void whatWasKnownAndWhatIsLearnedCountsByNameAndByPattern() {
        AffectedNames names = new AffectedNames(new NameEffects(Set.of("routed"), Set.of("piped", "old-*"), Map.of()));
        assertThat(List.of("piped", "old-1")).allMatch(names::isPiped).noneMatch(names::isRouted);
        assertThat(List.of("new-1", "late", "routed")).noneMatch(names::isPiped);

        names.learn(new NameEffects(Set.of("*-x", "routed"), Set.of("new-*", "late"), Map.of()));

        assertThat(List.of("piped", "old-1", "new-1", "late")).allMatch(names::isPiped);
        assertThat(List.of("routed", "a-x")).allMatch(names::isRouted);
        assertThat(names.learned()).isEqualTo(new NameEffects(Set.of("*-x"), Set.of("new-*", "late"), Map.of()));
    }

    @Test
    void aPipelineCountsForAllThatItLeadsToWhicheverWasLearnedFirst() {
        AffectedNames names = new AffectedNames(leads("logs", "logs-1", "logs-2"));
        names.learn(leads(NameEffects.part("part"), "films-*"));
        assertThat(List.of("logs-1", "films-1", "copy")).noneMatch(names::isPiped);

        names.learn(NameEffects.piped(List.of("logs", NameEffects.part("part"))));
        names.learn(leads("logs-2", "copy"));

        assertThat(List.of("logs", "logs-1", "films-1", "copy")).allMatch(names::isPiped);
        assertThat(names.isPiped("logs-3")).isFalse();
    }

    @Test
    void aPatternThatARequestNamedStandsForAliasesToo() {
        AffectedNames names = new AffectedNames(leads("all-logs", "a", "b"));
        names.learn(NameEffects.piped(List.of("all-*")));
        assertThat(List.of("a", "b")).allMatch(names::isPiped);
    }

    @Test
    void aPatternThatWasKnownStandsForIndicesThatWereCopiedSince() {
        AffectedNames names =
                new AffectedNames(new NameEffects(Set.of(), Set.of("logs-*"), Map.of("logs-alias", Set.of("films"))));
        names.learn(leads("logs-a", "x"));
        names.learn(leads("x", "y"));

        assertThat(List.of("x", "y")).allMatch(names::isPiped);
        assertThat(names.isPiped("films")).as("it told itself").isFalse();
    }

    @Test
    void aPatternToWhichAPartLeadsStandsForIndicesThatWereCopiedWhicheverWasLearnedFirst() {
        AffectedNames names = new AffectedNames(leads(NameEffects.part("part"), "logs-*"));
        names.learn(leads("logs-a", "x"));
        names.learn(NameEffects.piped(List.of(NameEffects.part("part"))));
        names.learn(leads("logs-b", "y"));

        assertThat(List.of("logs-1", "x", "y")).allMatch(names::isPiped);
    }

    @Test
    void whatIsLearnedCountsThoughTheOppositeWasRemembered() {
        AffectedNames names = new AffectedNames(NameEffects.piped(List.of("old-*")));
        assertThat(List.of("a", "b-1")).noneMatch(names::isPiped);
        names.learn(NameEffects.piped(List.of("a")));
        assertThat(names.isPiped("a")).isTrue();
        names.learn(NameEffects.piped(List.of("b-*")));
        assertThat(names.isPiped("b-1")).isTrue();
    }

    @Test
    @Timeout(20)
    void toLearnOneByOneCostsNoMoreThanToLearnAllAtOnce() {
        AffectedNames names = new AffectedNames(NameEffects.piped(List.of("old-*")));
        for (int i = 0; i < 40_000; i++) {
            names.learn(leads("alias-" + i, "index-" + i));
            names.learn(NameEffects.piped(List.of("alias-" + i)));
        }
        assertThat(names.hasLearned()).isTrue();
        assertThat(IntStream.range(0, 40_000).mapToObj(i -> "index-" + i)).allMatch(names::isPiped);
    }

    @Test
    void ofTooManyNamesItIsKeptThatThereWereTooMany() {
        AffectedNames names = new AffectedNames(NameEffects.NONE);
        names.learn(NameEffects.piped(
                IntStream.rangeClosed(0, 100_000).mapToObj(String::valueOf).collect(Collectors.toSet())));

        assertThat(names.learned()).isEqualTo(NameEffects.ANY);
        assertThat(names.isPiped("another")).isTrue();
        assertThat(names.isRouted("another")).isTrue();
    }

    @Test
    void effectsAreReadAsTheyWereWritten() throws IOException {
        NameEffects effects =
                new NameEffects(Set.of("r"), Set.of("p", "q-*"), Map.of("l", Set.of("m", "n"), "o", Set.of("p")));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        effects.writeTo(new DataOutputStream(bytes));

        assertThat(NameEffects.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isEqualTo(effects);
        assertThat(effects.without(effects)).isEqualTo(NameEffects.NONE);
        assertThat(effects.plus(leads("o", "x")).without(effects)).isEqualTo(leads("o", "x"));
    }
}
