<?php
declare(strict_types=1);

namespace App\Http;

use App\Models\{Post, User};
use Psr\Log\LoggerInterface as Logger;
use function App\render;

require_once __DIR__ . '/bootstrap.php';

define('APP_VERSION', '2.3');
const PER_PAGE = 20, MAX_PAGES = 50;

$debug = getenv('DEBUG') === '1';

/** What can be listed. */
interface Listable extends \Countable
{
    public const ORDER = 'date';

    public function page(int $number): iterable;
}

trait Cached
{
    protected array $cache = [];

    /** Computes once. */
    protected function once(string $key, callable $compute): mixed
    {
        return $this->cache[$key] ??= $compute();
    }
}

enum Status: string
{
    case Draft = 'draft';
    case Published = 'published';

    public function label(): string
    {
        return ucfirst($this->value);
    }
}

/**
 * Lists posts.
 */
#[Route('/posts')]
final class PostController extends Controller implements Listable
{
    use Cached;

    private const LIMIT = 100;
    public static int $served = 0;
    private ?User $user, $author = null;

    public function __construct(
        private readonly Logger $log,
        protected Status $status = Status::Published,
    ) {
        parent::__construct();
    }

    public function count(): int
    {
        return $this->once('count', fn () => Post::where('status', $this->status)->count());
    }

    #[Route('/posts/{number}', methods: ['GET'])]
    public function page(int $number): iterable
    {
        if ($number < 1 || $number > MAX_PAGES) {
            throw new \OutOfRangeException("no page {$number}");
        }
        $posts = Post::query()
            ->where('status', $this->status)
            ->orderBy(self::ORDER)
            ->skip(($number - 1) * PER_PAGE)
            ->take(min(PER_PAGE, self::LIMIT));
        foreach ($posts as $post) {
            if ($post->author === null) {
                $this->log->warning('post without author', ['id' => $post->id]);
                continue;
            }
            if (!$this->user?->mayRead($post)) {
                continue;
            }
            $excerpt = mb_substr(strip_tags($post->body), 0, 200);
            yield $post->id => [
                'title' => $post->title,
                'excerpt' => $excerpt,
                'author' => $post->author->name,
                'url' => "/posts/{$post->slug}",
            ];
            self::$served++;
        }
    }

    abstract protected function &reference(array &$rows): array;

    public static function create(): static
    {
        return new static(logger());
    }
}

function logger(): Logger
{
    static $logger = null;
    return $logger ??= new class extends BaseLogger {
        public function log($level, $message, array $context = []): void
        {
            error_log($message);
        }
    };
}

$handler = function (int $number) use ($debug) {
    return render('posts', ['rows' => (new PostController(logger()))->page($number)]);
};
?>
<html>
<body>
<?php foreach ($handler(1) as $row): ?>
  <h2><?= htmlspecialchars($row['title']) ?></h2>
<?php endforeach; ?>
</body>
</html>
