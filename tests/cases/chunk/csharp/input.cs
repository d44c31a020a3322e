// Copyright notices are comments too.
using System;
using System.Collections.Generic;
using static System.Math;
using Text = System.Text;

[assembly: InternalsVisibleTo("Mail.Tests")]

namespace Example.Mail
{
    /// <summary>What a mail is worth.</summary>
    public enum Importance : byte
    {
        Low,
        [Obsolete] Normal = 5,
        High,
    }

    public delegate void MailArrived(object sender, Mail mail);

    public readonly record struct Address(string Local, string Domain);

    public record Mail(Address From, Address To)
    {
        public string Subject { get; init; } = "";
    }

    public interface IMailbox<T> : IDisposable where T : Mail
    {
        int Count { get; }
        T this[int index] { get; }
        Task<T> FetchAsync(Uri uri);
    }

    /// <summary>
    /// A mailbox in memory.
    /// </summary>
    [Serializable]
    [DebuggerDisplay("{Count} mails")]
    public sealed partial class Mailbox : IMailbox<Mail>
    {
        private const int Room = 1024, Spare = 16;
        private readonly List<Mail> mails = new();
        public event MailArrived Arrived, Refused;
        public event EventHandler Closed
        {
            add { closed += value; }
            remove { closed -= value; }
        }

        static Mailbox() { }

        public Mailbox(string name) : base(name)
        {
            Name = name;
        }

        ~Mailbox() => Dispose();

        /// <summary>Never null.</summary>
        public string Name { get; private set; }

        public int Count => mails.Count;

        public Mail this[int index] => mails[index];

        public static Mailbox operator +(Mailbox box, Mail mail)
        {
            box.mails.Add(mail);
            return box;
        }

        public static explicit operator int(Mailbox box) => box.Count;

        [HttpGet("fetch")]
        public async Task<Mail> FetchAsync(Uri uri)
        {
            bool IsLocal(string host)
            {
                return host == "localhost" || host.EndsWith(".local");
            }

            if (IsLocal(uri.Host))
            {
                throw new ArgumentException($"{uri} is not remote", nameof(uri));
            }

            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var response = await client.GetAsync(uri);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(TimeSpan.FromSeconds(Pow(2, attempt)));
                    continue;
                }

                response.EnsureSuccessStatusCode();
                var mail = Parse(await response.Content.ReadAsStringAsync());
                mails.Add(mail);
                Arrived?.Invoke(this, mail);
                return mail;
            }

            throw new TimeoutException();
        }

        void IDisposable.Dispose() => mails.Clear();

        private class Cursor
        {
            internal int Position;
            public bool MoveNext() => ++Position < Room;
        }

        private struct Pair<TKey, TValue> where TKey : notnull
        {
            public TKey Key;
            public TValue Value;
        }
    }

    public static class Extensions
    {
        public static bool IsEmpty(this Mailbox box) => box.Count == 0;
    }
}
