using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TrunkBot.Sip.Media;

/// <summary>Reads many datagrams by one call of Linux (recvmmsg), each with the time at which the kernel took it in (SO_TIMESTAMPNS).</summary>
internal static unsafe partial class DatagramBatch
{
    /// <summary>Most datagrams of one call.</summary>
    public const int Size = 16;

    /// <summary>Longer ones are no media; they are passed over.</summary>
    public const int MaxBytes = 2_048;

    private const int NameBytes = 32;
    private const int ControlBytes = 64;
    private const int SocketLevel = 1;
    private const int TimeStampNanoseconds = 35;
    private const int DoNotWait = 0x40;
    private const int Truncated = 0x20;
    private const ushort InternetSix = 10;

    [ThreadStatic]
    private static Memory? _memory;

    /// <summary>The layout of the structures below is that of 64-bit Linux, whichever its C library.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    public static void AskForTimes(Socket socket) => socket.SetRawSocketOption(SocketLevel, TimeStampNanoseconds, BitConverter.GetBytes(1));

    /// <summary>Hands over what waits, up to <see cref="Size"/> datagrams, and says how many there were.</summary>
    public static int Receive(Socket socket, TakeDatagram take)
    {
        var memory = _memory ??= new Memory();
        memory.Prepare();
        var count = ReceiveMany(socket.SafeHandle, memory.Messages, Size, DoNotWait, null);
        if (count <= 0)
        {
            return 0;
        }

        // The kernel's stamps are of the wall clock. Only their distance from now is used, so that a clock that is corrected can harm what waited in that moment alone.
        var now = TimeProvider.System.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks;
        for (var i = 0; i < count; i++)
        {
            ref var message = ref memory.Messages[i];
            if ((message.Header.Flags & Truncated) == 0)
            {
                var age = now - TimeOf(message.Header.Control, message.Header.ControlLength) ?? 0;
                take(new Span<byte>(memory.Data + (i * MaxBytes), (int)message.Length), memory.SourceOf(i), TimeSpan.FromTicks(Math.Max(0, age)));
            }
        }

        return count;
    }

    /// <summary>In ticks since 1970; null when the kernel gave none.</summary>
    private static long? TimeOf(byte* control, nuint length)
    {
        const int HeadBytes = 16;
        return length >= HeadBytes + 16 && *(int*)(control + 8) == SocketLevel && *(int*)(control + 12) == TimeStampNanoseconds
            ? (*(long*)(control + HeadBytes) * TimeSpan.TicksPerSecond) + (*(long*)(control + HeadBytes + 8) / 100)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    private static partial int ReceiveMany(SafeSocketHandle socket, Message* messages, uint count, int flags, void* timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>What one thread reads into, kept for its life: the collector neither moves it nor has anything to do with it.</summary>
    private sealed class Memory
    {
        private readonly byte* _names;
        private readonly byte* _control;
        private readonly byte[] _lastName = new byte[NameBytes];
        private IPEndPoint _lastSource = new(IPAddress.None, 0);

        public Memory()
        {
            Messages = (Message*)NativeMemory.AllocZeroed(Size, (nuint)sizeof(Message));
            Data = (byte*)NativeMemory.AllocZeroed(Size, MaxBytes + NameBytes + ControlBytes);
            _names = Data + (Size * MaxBytes);
            _control = _names + (Size * NameBytes);
            var vectors = (Vector*)NativeMemory.AllocZeroed(Size, (nuint)sizeof(Vector));
            for (var i = 0; i < Size; i++)
            {
                vectors[i] = new Vector { Base = Data + (i * MaxBytes), Length = MaxBytes };
                Messages[i].Header.Vectors = vectors + i;
                Messages[i].Header.VectorCount = 1;
                Messages[i].Header.Name = _names + (i * NameBytes);
                Messages[i].Header.Control = _control + (i * ControlBytes);
            }
        }

        ~Memory()
        {
            NativeMemory.Free(Messages[0].Header.Vectors);
            NativeMemory.Free(Messages);
            NativeMemory.Free(Data);
        }

        public Message* Messages { get; }

        public byte* Data { get; }

        /// <summary>The kernel writes over the lengths.</summary>
        public void Prepare()
        {
            for (var i = 0; i < Size; i++)
            {
                Messages[i].Header.NameLength = NameBytes;
                Messages[i].Header.ControlLength = ControlBytes;
            }
        }

        /// <summary>The sender of a datagram; mostly the same as that of the one before.</summary>
        public IPEndPoint SourceOf(int i)
        {
            var name = new ReadOnlySpan<byte>(_names + (i * NameBytes), (int)Math.Min(Messages[i].Header.NameLength, NameBytes));
            if (!name.SequenceEqual(_lastName.AsSpan(0, name.Length)) || name.Length == 0)
            {
                name.CopyTo(_lastName);
                var port = BinaryPrimitives.ReadUInt16BigEndian(_lastName.AsSpan(2));
                _lastSource = BitConverter.ToUInt16(_lastName) == InternetSix
                    ? new IPEndPoint(new IPAddress(_lastName.AsSpan(8, 16), BitConverter.ToUInt32(_lastName, 24)), port)
                    : new IPEndPoint(new IPAddress(_lastName.AsSpan(4, 4)), port);
            }

            return _lastSource;
        }
    }
}
