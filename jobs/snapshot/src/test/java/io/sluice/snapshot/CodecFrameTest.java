package io.sluice.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CodecFrameTest {

    @Test
    void returnsWhatStandsBetweenHeaderAndFooter() throws IOException {
        byte[] bytes = FrameBytes.of("snapshot", "{}").bytes();

        CodecFrame frame = CodecFrame.read("snap-1.dat", bytes);

        assertThat(frame.codec()).isEqualTo("snapshot");
        assertThat(frame.version()).isEqualTo(1);
        assertThat(UTF_8.decode(frame.payload()).toString()).isEqualTo("{}");
        assertThat(frame.payloadAt()).isEqualTo(17);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void reportsDamageWithTheByteAndBothValues(String damage, UnaryOperator<FrameBytes> inflict, String message) {
        byte[] damaged = inflict.apply(FrameBytes.of("snapshot", "{}")).bytes();

        assertThatThrownBy(() -> CodecFrame.read("snap-1.dat", damaged))
                .isInstanceOf(CorruptBlobException.class)
                .hasMessageStartingWith("snap-1.dat is damaged: at byte " + message);
    }

    static Stream<Arguments> reportsDamageWithTheByteAndBothValues() {
        UnaryOperator<FrameBytes> flip = frame -> frame.with(17, '[');
        UnaryOperator<FrameBytes> magic = frame -> frame.with(0, 0).sealed();
        UnaryOperator<FrameBytes> name = frame -> frame.with(4, 100).sealed();
        UnaryOperator<FrameBytes> cut = frame -> frame.cutTo(20);
        UnaryOperator<FrameBytes> footer = frame -> frame.with(19, 0).sealed();
        UnaryOperator<FrameBytes> algorithm = frame -> frame.with(26, 7).sealed();
        return Stream.of(
                arguments("a changed payload", flip, "27 expected checksum 0x"),
                arguments("another magic", magic, "0 expected header magic 0x3FD76C17 but found 0xD76C17"),
                arguments(
                        "a name longer than the file", name, "4 expected a codec name of 0 to 10 bytes but found 100"),
                arguments("cut", cut, "20 expected a frame of at least 25 bytes but found the end of the file"),
                arguments("no footer", footer, "19 expected footer magic 0xC02893E8 but found 0x2893E8"),
                arguments("another algorithm", algorithm, "23 expected checksum algorithm 0x0 but found 0x7"));
    }
}
