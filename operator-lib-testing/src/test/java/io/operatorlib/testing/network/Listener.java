package io.operatorlib.testing.network;

import io.operatorlib.internal.RealScheduler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server whose connections a test holds in its hand. */
final class Listener implements AutoCloseable {
    static final int PATIENCE_SECONDS = 60;

    private final ServerSocket door;
    private final BlockingQueue<Socket> arrived = new LinkedBlockingQueue<>();

    Listener() throws IOException {
        door = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        new RealScheduler().fork("listener", this::accept);
    }

    private void accept() {
        try {
            while (!door.isClosed()) {
                arrived.add(door.accept());
            }
        } catch (IOException e) {
            if (!door.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    /** The next connection. */
    Socket next() throws InterruptedException, IOException {
        Socket socket = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("nobody connected");
        }
        socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        return socket;
    }

    /** Tells whether nobody connects for a moment. */
    boolean lonely() throws InterruptedException {
        return arrived.poll(200, TimeUnit.MILLISECONDS) == null;
    }

    static Socket dial(InetSocketAddress address) throws IOException {
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        return socket;
    }

    static void say(Socket socket, String words) throws IOException {
        socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
    }

    /** So many bytes that arrive. */
    static String hear(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /** Tells whether nothing arrives for a moment, and not the end either. */
    static boolean silent(Socket socket) throws IOException {
        socket.setSoTimeout(200);
        try {
            return socket.getInputStream().read() == Integer.MIN_VALUE;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        }
    }

    /** Tells whether the connection ends, with or without a word. */
    static boolean ends(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Ends a connection so that the other side sees that it broke. */
    static void breakDown(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static byte[] all(Socket socket) throws IOException {
        var bytes = new ByteArrayOutputStream();
        socket.getInputStream().transferTo(bytes);
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : arrived) {
            socket.close();
        }
    }
}
