package io.operatorlib.testing.network;

import static io.operatorlib.testing.network.Listener.breakDown;
import static io.operatorlib.testing.network.Listener.dial;
import static io.operatorlib.testing.network.Listener.ends;
import static io.operatorlib.testing.network.Listener.hear;
import static io.operatorlib.testing.network.Listener.say;
import static io.operatorlib.testing.network.Listener.silent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.operatorlib.internal.RealScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class TcpProxyTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private TcpProxy proxy;
    private Listener b;
    private InetSocketAddress way;

    @BeforeEach
    void begin() throws IOException {
        proxy = TcpProxy.start(1);
        b = new Listener();
        // region way
        way = proxy.open("a", "b", ANY, b.address());
        // endregion
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        b.close();
    }

    @Test
    void whatIsSaidArrivesInBothDirectionsAndSoDoesTheEndOfEither() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next()) {
            say(a, "question");
            assertThat(hear(there, 8)).isEqualTo("question");
            a.shutdownOutput();
            assertThat(ends(there)).isTrue();
            say(there, "answer");
            assertThat(hear(a, 6)).isEqualTo("answer");
            there.shutdownOutput();
            assertThat(ends(a)).isTrue();
        }
    }

    @Test
    void whatIsSaidWhileNothingPassesArrivesInOrderWhenItIsHealed() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next()) {
            say(a, "1");
            assertThat(hear(there, 1)).isEqualTo("1");
            proxy.cut("b", "a");
            say(a, "2");
            say(there, "x");
            assertThat(silent(there)).isTrue();
            assertThat(silent(a)).isTrue();
            say(a, "3");
            a.shutdownOutput();
            proxy.heal("a", "b");
            assertThat(hear(there, 2)).isEqualTo("23");
            assertThat(ends(there)).isTrue();
            assertThat(hear(a, 1)).isEqualTo("x");
        }
    }

    @Test
    void aCutOfOneDirectionLeavesTheOther() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next()) {
            proxy.toward("b", "a", Traffic.CUT);
            say(a, "question");
            assertThat(hear(there, 8)).isEqualTo("question");
            say(there, "answer");
            assertThat(silent(a)).isTrue();
            proxy.heal();
            assertThat(hear(a, 6)).isEqualTo("answer");
        }
    }

    @Test
    void aConnectionTakesBothDirections() throws Exception {
        proxy.toward("b", "a", Traffic.CUT);
        try (Socket a = dial(way)) {
            say(a, "question");
            assertThat(b.lonely()).isTrue();
            proxy.heal();
            try (Socket there = b.next()) {
                assertThat(hear(there, 8)).isEqualTo("question");
            }
        }
    }

    @Test
    void whoGivesUpWhileNothingPassesIsNeverHeardOf() throws Exception {
        proxy.cut("a", "b");
        dial(way).close();
        try (Socket second = dial(way)) {
            while (proxy.connections() != 1) {
                Thread.onSpinWait();
            }
            proxy.heal();
            say(second, "2");
            try (Socket there = b.next()) {
                assertThat(hear(there, 1)).isEqualTo("2");
            }
            assertThat(b.lonely()).isTrue();
        }
    }

    @Test
    void whoeverDialledItIsTheSenderThatCounts() throws Exception {
        try (var listener = new Listener()) {
            var back = proxy.open("b", "a", ANY, listener.address());
            try (Socket dialler = dial(back);
                    Socket there = listener.next()) {
                proxy.toward("a", "b", Traffic.CUT);
                say(dialler, "from b");
                assertThat(hear(there, 6)).isEqualTo("from b");
                say(there, "from a");
                assertThat(silent(dialler)).isTrue();
            }
        }
    }

    @Test
    void anIsolatedPartyIsCutFromAllEvenByWaysThatAreOpenedLater() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next();
                var c = new Listener()) {
            proxy.isolate("b");
            say(a, "x");
            assertThat(silent(there)).isTrue();
            try (Socket later = dial(proxy.open("b", "c", ANY, c.address()))) {
                say(later, "x");
                assertThat(c.lonely()).isTrue();
                proxy.heal();
                c.next().close();
            }
            assertThat(hear(there, 1)).isEqualTo("x");
        }
    }

    @Test
    void aDelayIsTakenOnceForEachDirection() throws Exception {
        proxy.between("a", "b", Traffic.delayed(Duration.ofMillis(80), Duration.ofMillis(10)));
        try (Socket a = dial(way);
                Socket there = b.next()) {
            long begin = System.nanoTime();
            say(a, "x");
            assertThat(hear(there, 1)).isEqualTo("x");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
            say(there, "y");
            assertThat(hear(a, 1)).isEqualTo("y");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(160));
        }
    }

    @Test
    void nothingIsLostOrOutOfOrderThroughDelaysLossesAndAListenerThatIsSlow() throws Exception {
        byte[] sent = new byte[32 << 20];
        new SplittableRandom(7).nextBytes(sent);
        proxy.toward(
                "a",
                "b",
                Traffic.delayed(Duration.ofMillis(1), Duration.ofMillis(5)).losing(0.001));
        try (Socket a = dial(way);
                Socket there = b.next()) {
            var speaker = new RealScheduler().fork("speaker", () -> speak(a, sent));
            assertThat(there.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(speaker.join(Duration.ofMillis(200)))
                    .as("so much is not kept")
                    .isFalse();
            assertThat(Listener.all(there)).isEqualTo(Arrays.copyOfRange(sent, 10, sent.length));
        }
    }

    private static void speak(Socket socket, byte[] words) {
        try {
            socket.getOutputStream().write(words);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theSeedDecidesWhatChanceDecides() {
        assertThat(arrivals(5)).isEqualTo(arrivals(5)).isNotEqualTo(arrivals(6));
        assertThat(arrivals(5))
                .isSorted()
                .anyMatch(nanos -> nanos > Duration.ofMillis(200).toNanos());
    }

    private static List<Long> arrivals(long seed) {
        var flow = new Flow(seed);
        var arrivals = new ArrayList<Long>();
        var traffic =
                Traffic.delayed(Duration.ofMillis(1), Duration.ofMillis(9)).losing(0.1);
        for (int i = 0; i < 50; i++) {
            arrivals.add(flow.send(ByteBuffer.allocate(1), 0, traffic));
        }
        return arrivals;
    }

    @Test
    void whoIsBrokenOffSeesItAndMayDialAgain() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next()) {
            proxy.breakOff("b", "a");
            assertThat(ends(a)).isTrue();
            assertThat(ends(there)).isTrue();
        }
        try (Socket a = dial(way);
                Socket there = b.next()) {
            say(a, "again");
            assertThat(hear(there, 5)).isEqualTo("again");
        }
    }

    @Test
    void aConnectionThatBreaksAtOneSideBreaksAtTheOther() throws Exception {
        try (Socket a = dial(way);
                Socket there = b.next()) {
            breakDown(there);
            assertThat(ends(a)).isTrue();
        }
        try (Socket a = dial(way);
                Socket there = b.next()) {
            breakDown(a);
            assertThat(ends(there)).isTrue();
        }
    }

    @Test
    void whoDialsWhereNobodyListensIsBrokenOff() throws Exception {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        var nowhere = proxy.open("a", "c", ANY, new InetSocketAddress(InetAddress.getLoopbackAddress(), nobody));
        try (Socket a = dial(nowhere)) {
            assertThat(ends(a)).isTrue();
        }
    }

    @Test
    void waysOfAForgottenPartyAreGoneAndWhatWasSaidOfItHoldsForTheNext() throws Exception {
        proxy.cut("a", "b");
        try (Socket a = dial(way)) {
            proxy.forget("b");
            assertThat(ends(a)).isTrue();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
            while (true) {
                dial(way).close(); // it goes when the loop has turned
            }
        });
        assertThat(proxy.traffic("b", "a")).isEqualTo(Traffic.CUT);
    }

    @Test
    void oneConnectionTooManyIsBrokenOffAndTheOthersStay() throws Exception {
        var all = new ArrayList<Socket>();
        try {
            for (int i = 0; i < TcpProxy.MAX_CONNECTIONS; i++) {
                all.add(dial(way));
            }
            try (Socket last = dial(way)) {
                assertThat(ends(last)).isTrue();
            }
            say(all.get(0), "1");
            assertThat(hear(b.next(), 1)).isEqualTo("1");
        } finally {
            for (Socket socket : all) {
                socket.close();
            }
        }
    }

    @Test
    void trafficThatCannotBeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Traffic.FREE.losing(1));
        assertThatIllegalArgumentException().isThrownBy(() -> Traffic.delayed(Duration.ofMillis(-1), Duration.ZERO));
    }
}
