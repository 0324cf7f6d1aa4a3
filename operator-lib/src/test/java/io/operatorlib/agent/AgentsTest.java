package io.operatorlib.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.http.AgentServer;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentsTest {
    /** Much and nothing: what is left out on the way is there again. */
    record State(String name, long position, List<String> words) {}

    private static final class Fake implements Agent {
        private Optional<State> state = Optional.empty();
        private boolean well;
        private long expected;

        @Override
        public void run() {}

        @Override
        public void end() {}

        @Override
        public Optional<?> state(long revision) {
            expected = revision;
            return state;
        }

        @Override
        public boolean ready() {
            return well;
        }

        @Override
        public boolean live() {
            return !well;
        }
    }

    private final Fake agent = new Fake();
    private final AgentServer server =
            AgentServer.start(agent, "db-1", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Agents agents = new Agents(server.address().getPort());

    @AfterEach
    void end() {
        server.close();
    }

    private Map<String, State> ask(String name) throws InterruptedException {
        return agents.ask(new TreeMap<>(Map.of(name, "127.0.0.1")), 7, State.class);
    }

    private int status(String path) throws Exception {
        String url = "http://127.0.0.1:" + server.address().getPort() + path;
        return ((HttpURLConnection) URI.create(url).toURL().openConnection()).getResponseCode();
    }

    @Test
    void anAgentSaysHowItStandsAndHearsWhatItShouldKnow() throws Exception {
        agent.state = Optional.of(new State("db-1", 1L << 60, List.of()));
        assertThat(ask("db-1")).containsExactly(Map.entry("db-1", agent.state.get()));
        assertThat(agent.expected).isEqualTo(7);
    }

    @Test
    void whoIsSomebodyElseOrDoesNotKnowYetIsSilent() throws Exception {
        assertThat(ask("db-1")).as("it does not know yet").isEmpty();
        agent.state = Optional.of(new State("db-1", 1, List.of("a")));
        assertThat(ask("db-2")).as("its address was another one's").isEmpty();
        assertThat(agents.ask(new TreeMap<>(Map.of("db-1", "127.255.255.253")), 7, State.class))
                .as("nobody is there")
                .isEmpty();
    }

    @Test
    void aKubeletIsToldWhetherItIsReadyAndWhetherItLives() throws Exception {
        assertThat(status("/ready")).isEqualTo(503);
        assertThat(status("/live")).isEqualTo(200);
        agent.well = true;
        assertThat(status("/ready")).isEqualTo(200);
        assertThat(status("/live")).isEqualTo(503);
        assertThat(status("/state")).isEqualTo(404);
    }
}
