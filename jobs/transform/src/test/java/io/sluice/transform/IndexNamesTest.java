package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexNamesTest {

    @Test
    void selectsAndRenamesByPattern() {
        IndexNames names = new IndexNames(
                List.of("logs-*", "books"),
                List.of("*-tmp"),
                List.of(new IndexNames.Rename("logs-*-eu", "eu-*"), new IndexNames.Rename("books", "novels")));

        assertThat(names.selects("logs-1")).isTrue();
        assertThat(names.selects("logs-1-tmp")).isFalse();
        assertThat(names.selects("bookshelf")).isFalse();
        assertThat(names.targetName("logs-2-3-eu")).isEqualTo("eu-2-3");
        assertThat(names.targetName("books")).isEqualTo("novels");
        assertThat(names.targetName("logs-1")).isEqualTo("logs-1");
        assertThat(names.keepsAll()).isFalse();
        assertThat(IndexNames.ALL.keepsAll()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a,a,true",
        "a,b,false",
        "a,ab,false",
        "*,a,true",
        "a*,a,true",
        "a*,b,false",
        "*a,ba,true",
        "*a,ab,false",
        "a*c,abc,true",
        "a*c,abcd,false",
        "a*b*c,a-b-b-c,true",
        "a*b*c,a-c-b,false",
        "**a**,xay,true",
        "*ab,aab,true",
        "*,'',true",
        "'','',true",
        "a,'',false",
        "*-*-x,-y-x,true",
        "a*a,a,false"
    })
    void aStarStandsForAnyCharacters(String pattern, String name, boolean isMatch) {
        assertThat(IndexNames.matches(pattern, name)).isEqualTo(isMatch);
    }

    @Test
    @Timeout(10)
    void aPatternOfManyStarsTakesNoTimeToSpeakOf() {
        assertThat(IndexNames.matches("*a".repeat(20) + "*b", "a".repeat(200))).isFalse();
        assertThat(IndexNames.matches("*a".repeat(20) + "*b", "a".repeat(200) + "b"))
                .isTrue();
    }
}
