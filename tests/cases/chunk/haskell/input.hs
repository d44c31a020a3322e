{-# LANGUAGE GADTs #-}
{-# LANGUAGE OverloadedStrings #-}

-- |
-- Module: Loom.Pattern
-- Patterns, and how cloth is woven from them.
module Loom.Pattern
  ( Pattern (..),
    Weave (..),
    weave,
    (<+>),
  )
where

import Control.Monad (forM_, when)
import qualified Data.Map.Strict as Map
import Data.Maybe
import Data.Text (Text, pack)
import Prelude hiding (lookup)

infixr 5 <+>

-- | A thread has a colour.
newtype Thread = Thread {colour :: Text}
  deriving (Eq, Show)

-- | What is woven.
data Pattern a
  = Plain a
  | -- | One after the other.
    Beside (Pattern a) (Pattern a)
  | Repeat
      { times :: Int,
        inner :: Pattern a
      }
  deriving stock (Functor, Show)

data Command where
  Throw :: Int -> Command
  Beat :: Command

type Cloth = [[Thread]]

type family Row a

class Weave f where
  type Result f
  -- | Makes cloth of it.
  toCloth :: f Thread -> Cloth
  width :: f a -> Int
  width _ = 1

instance Weave Pattern where
  toCloth (Plain thread) = [[thread]]
  toCloth (Beside a b) = zipWith (++) (toCloth a) (toCloth b)
  toCloth (Repeat n p) = concat (replicate n (toCloth p))

  width (Plain _) = 1
  width (Beside a b) = width a + width b
  width (Repeat _ p) = width p

deriving instance Eq a => Eq (Pattern a)

-- | Puts one pattern beside another.
(<+>) :: Pattern a -> Pattern a -> Pattern a
a <+> b = Beside a b

{-| Weaves with a loom that may tear threads.

Torn threads are left out. -}
weave :: Map.Map Text Thread -> Pattern Text -> Either Text Cloth
weave threads pattern
  | Map.null threads = Left "no threads"
  | width pattern > limit = Left (tooWide pattern)
  | otherwise = Right (map row (toCloth (fmap find pattern)))
  where
    limit = 120
    find name = fromMaybe (Thread "grey") (Map.lookup name threads)

    row :: [Thread] -> [Thread]
    row = filter ((/= "torn") . colour)

    tooWide :: Pattern a -> Text
    tooWide (Plain _) = "a thread is too wide"
    tooWide p = "too wide by " <> pack (show (width p - limit))

defaultThread :: Thread
defaultThread = Thread "white"

-- Colours as they are sold.
shades, tints :: [Text]
shades = ["indigo", "madder"]
tints = ["rose"]

run :: Command -> IO ()
run (Throw n) = forM_ [1 .. n] $ \i -> do
  let line = replicate i '-'
  putStrLn line
run Beat = do
  answer <- getLine
  when (answer == "again") $
    case reads answer of
      [(n, "")] -> run (Throw n)
      _ -> run Beat

main :: IO ()
main = do
  let cloth = weave mempty (Plain "red" <+> Repeat {times = 3, inner = Plain "blue"})
  either print (mapM_ (print . map colour)) cloth
