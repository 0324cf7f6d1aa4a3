package io.operatorlib.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.RealScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionGateTest {
    private final RealScheduler scheduler = new RealScheduler();
    private final AtomicInteger received = new AtomicInteger();
    private ServerSocket echo;
    private ConnectionGate gate;

    @BeforeEach
    void begin() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        scheduler.fork("echo", this::accept);
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        // region gate
        gate = ConnectionGate.at(any, echo.getLocalSocketAddress(), scheduler);
        // endregion
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        echo.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = echo.accept();
                scheduler.fork("echo", () -> answer(client));
            }
        } catch (IOException e) {
            assertThat(echo.isClosed()).isTrue();
        }
    }

    private void answer(Socket client) {
        try (client) {
            for (int next = client.getInputStream().read();
                    next >= 0;
                    next = client.getInputStream().read()) {
                received.incrementAndGet();
                client.getOutputStream().write(next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket connect() throws IOException {
        var address = (InetSocketAddress) gate.address();
        return new Socket(address.getAddress(), address.getPort());
    }

    /** What comes back; -1 where the connection ended. */
    private static int asked(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void itIsShutAtFirst() throws IOException {
        try (var client = connect()) {
            assertThat(gate.admits()).isFalse();
            assertThat(asked(client)).isEqualTo(-1);
            assertThat(received).hasValue(0);
        }
    }

    @Test
    void bytesPassBothWaysWhileTheConditionHoldsAndNoneAfterwards() throws IOException {
        var leads = new AtomicBoolean(true);
        // region admit
        gate.admitWhile(leads::get);
        // endregion
        try (var client = connect()) {
            assertThat(asked(client)).isEqualTo('x');
            leads.set(false);
            assertThat(asked(client)).isEqualTo(-1);
            assertThat(received).as("nothing came to the server").hasValue(1);
        }
    }

    @Test
    void anAnswerThatComesTooLateIsKeptBack() throws IOException {
        var questions = new AtomicInteger();
        // let in, and one piece towards the server: its answer is the third to ask
        gate.admitWhile(() -> questions.incrementAndGet() <= 2);
        try (var client = connect()) {
            assertThat(asked(client)).isEqualTo(-1);
            assertThat(received).hasValue(1);
        }
    }

    @Test
    void whoCameInUnderAnotherConditionHasToLeave() throws IOException {
        gate.open();
        try (var client = connect()) {
            assertThat(asked(client)).isEqualTo('x');
            gate.open();
            assertThat(asked(client)).as("the same condition").isEqualTo('x');
            gate.shut();
            assertThat(asked(client)).isEqualTo(-1);
        }
    }
}
