using System;

class Program
{
    // Größe
    static void Main() { Console.WriteLine("ü"); }
}
